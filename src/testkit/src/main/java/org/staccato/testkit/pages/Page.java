package org.staccato.testkit.pages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/** A page in Markdown: its blocks of code, its links and the anchors of its headings. Immutable. */
public final class Page {
  private static final Parser PARSER =
      Parser.builder().includeSourceSpans(IncludeSourceSpans.BLOCKS_AND_INLINES).build();

  /** A comment that declares what the block after it uses, such as {@code <!-- java: int a -->}. */
  private static final Pattern CONTEXT =
      Pattern.compile("<!--\\s*(\\p{Lower}+):\\s*(.*?)\\s*-->", Pattern.DOTALL);

  private final Path file;
  private final List<CodeBlock> blocks = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final Set<String> anchors = new LinkedHashSet<>();

  private Page(Path file, String text) {
    this.file = file;
    PARSER.parse(text).accept(new Reader());
  }

  /**
   * Reads the text of a page.
   *
   * @param file the file that the page names in messages
   * @param text Markdown
   * @return the page
   * @throws IllegalArgumentException if a comment declares a context and no block of its language
   *     follows
   */
  public static Page of(Path file, String text) {
    return new Page(file, text);
  }

  /**
   * Reads the pages of this repository: those of its root, and all below {@code docs}.
   *
   * @return the pages, whose files are relative to {@link #root}
   */
  public static List<Page> all() throws IOException {
    Path root = root();
    try (Stream<Path> top = Files.list(root);
        Stream<Path> docs = Files.walk(root.resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(path -> path.toString().endsWith(".md"))
          .sorted()
          .map(path -> read(root.relativize(path)))
          .toList();
    }
  }

  /**
   * Reads a page of this repository.
   *
   * @param file its file, relative to {@link #root}
   * @return the page
   */
  public static Page read(Path file) {
    try {
      return of(file, Files.readString(root().resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return the folder of this repository, found from the working directory upwards} */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("found no mvnw above the working directory");
      }
    }
    return folder;
  }

  /** {@return the file of the page} */
  public Path file() {
    return file;
  }

  /** {@return the blocks of code, from the top of the page to its end} */
  public List<CodeBlock> blocks() {
    return List.copyOf(blocks);
  }

  /**
   * Selects the blocks of a language.
   *
   * @param language the word after the fence
   * @return the blocks, from the top of the page to its end
   */
  public List<CodeBlock> blocks(String language) {
    return blocks.stream().filter(block -> block.language().equals(language)).toList();
  }

  /** {@return the links and pictures} */
  public List<Link> links() {
    return List.copyOf(links);
  }

  /** {@return the anchors of the headings, as GitHub makes them} */
  public Set<String> anchors() {
    return Set.copyOf(anchors);
  }

  private static int line(Node node) {
    return node.getSourceSpans().getFirst().getLineIndex() + 1;
  }

  private static String anchor(String heading) {
    return heading
        .strip()
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }

  /** Walks through a page. */
  private final class Reader extends AbstractVisitor {
    private final Map<String, Integer> repeated = new HashMap<>();

    @Override
    public void visit(FencedCodeBlock block) {
      String info = block.getInfo().strip();
      String language = info.split("\\s+", -1)[0];
      blocks.add(
          new CodeBlock(file, line(block), language, context(block, language), block.getLiteral()));
    }

    @Override
    public void visit(IndentedCodeBlock block) {
      // Its first line is code; a block names the line before it, where a fence would be.
      blocks.add(new CodeBlock(file, line(block) - 1, "", "", block.getLiteral()));
    }

    private String context(Node block, String language) {
      if (block.getPrevious() instanceof HtmlBlock comment) {
        Matcher matcher = CONTEXT.matcher(comment.getLiteral());
        if (matcher.matches() && matcher.group(1).equals(language)) {
          return matcher.group(2);
        }
      }
      return "";
    }

    @Override
    public void visit(HtmlBlock html) {
      Matcher matcher = CONTEXT.matcher(html.getLiteral());
      if (matcher.matches()) {
        String language = matcher.group(1);
        boolean followed =
            html.getNext() instanceof FencedCodeBlock block
                && block.getInfo().strip().split("\\s+", -1)[0].equals(language);
        if (!followed) {
          throw new IllegalArgumentException(
              file
                  + ":"
                  + line(html)
                  + ": found a comment that is not in front of a block of "
                  + language);
        }
      }
    }

    @Override
    public void visit(Heading heading) {
      StringBuilder text = new StringBuilder();
      heading.accept(
          new AbstractVisitor() {
            @Override
            public void visit(Text part) {
              text.append(part.getLiteral());
            }

            @Override
            public void visit(Code part) {
              text.append(part.getLiteral());
            }
          });
      String anchor = anchor(text.toString());
      int before = repeated.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? anchor : anchor + "-" + before);
      visitChildren(heading);
    }

    @Override
    public void visit(org.commonmark.node.Link link) {
      links.add(new Link(file, line(link), link.getDestination()));
      visitChildren(link);
    }

    @Override
    public void visit(Image image) {
      links.add(new Link(file, line(image), image.getDestination()));
      visitChildren(image);
    }
  }
}
