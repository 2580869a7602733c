package org.staccato.embedding;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.staccato.testkit.pages.CodeBlock;

/**
 * Compiles blocks of Java as a reader would, who has imported what a block names. A block is a
 * sequence of statements, of members of a class, or a file with a public class. What it uses
 * without declaring it is declared by the comment in front of it, as a list of parameters. A
 * warning is a problem, too.
 */
final class JavaBlocks {
  private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();

  /** Warnings about the class path, which have no place in a block, are left out. */
  private static final List<String> OPTIONS =
      List.of("-Xlint:all,-classfile,-path,-processing", "-proc:none", "--release", "25");

  private static final String IMPORTS =
      Stream.of(
              "static java.nio.charset.StandardCharsets.*",
              "com.sun.net.httpserver.*",
              "java.io.*",
              "java.net.*",
              "java.nio.*",
              "java.nio.file.*",
              "java.time.*",
              "java.util.*",
              "java.util.concurrent.*",
              "java.util.function.*",
              "java.util.stream.*",
              "org.staccato.*",
              "org.staccato.export.*",
              "org.staccato.format.*",
              "org.staccato.live.*",
              "org.staccato.model.*",
              "org.staccato.snapshot.*",
              "org.staccato.storage.*",
              "org.staccato.trainer.*",
              "org.staccato.trainer.evaluate.*",
              "org.staccato.trainer.learn.*",
              "org.staccato.trainer.log.*",
              "org.staccato.trainer.sequence.*",
              "org.staccato.trainer.shop.*",
              "org.staccato.users.*")
          .map(each -> "import " + each + ";")
          .collect(Collectors.joining(" "));

  private static final Pattern IMPORT = Pattern.compile("(?m)^import [\\w.* ]+;$");

  private static final Pattern PUBLIC_TYPE =
      Pattern.compile("(?m)^public (?:\\w+ )*(?:class|record|interface|enum) (\\w+)");

  private final Path output;

  /** Compiles into a folder. */
  JavaBlocks(Path output) {
    this.output = output;
  }

  /** What a block may be, with the code around it; all code before the block is on one line. */
  private enum Form {
    STATEMENTS("class Block { void run(%s) throws Exception {\n", "\n}}"),
    MEMBERS("class Block { void run(%s) throws Exception { class Members {\n", "\n}}}"),
    FILE("\n", "\n");

    private static final List<Form> FILES = List.of(FILE);
    private static final List<Form> PARTS = List.of(STATEMENTS, MEMBERS);

    private final String before;
    private final String after;

    Form(String before, String after) {
      this.before = before;
      this.after = after;
    }

    /** {@return what a block may be: a public class needs a file of its own} */
    static List<Form> of(CodeBlock block) {
      return PUBLIC_TYPE.matcher(block.text()).find() ? FILES : PARTS;
    }
  }

  /** A block as the compiler reads it: line n of it is n - 1 lines below the block's fence. */
  private static final class Source extends SimpleJavaFileObject {
    private final CodeBlock block;
    private final String code;

    Source(CodeBlock block, Form form) {
      super(URI.create("string:///" + packageOf(block) + "/" + fileOf(block, form)), Kind.SOURCE);
      this.block = block;
      StringBuilder imports = new StringBuilder();
      // An import moves to the first line, and leaves its own one empty.
      String body =
          IMPORT
              .matcher(block.text())
              .replaceAll(
                  found -> {
                    imports.append(found.group()).append(' ');
                    return "";
                  });
      this.code =
          "package "
              + packageOf(block)
              + "; "
              + IMPORTS
              + " "
              + imports
              + form.before.replace("%s", block.context())
              + body
              + form.after;
    }

    private static String fileOf(CodeBlock block, Form form) {
      Matcher type = PUBLIC_TYPE.matcher(block.text());
      return (form == Form.FILE && type.find() ? type.group(1) : "Block") + ".java";
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return code;
    }
  }

  /** {@return the package of a block, which keeps the names of one block from those of another} */
  static String packageOf(CodeBlock block) {
    String page = block.page().toString().replaceAll("\\W", "_").toLowerCase(Locale.ROOT);
    return "block." + page + "_" + block.line();
  }

  /** {@return one sentence for each error and warning: file, line, and what the compiler says} */
  List<String> problems(List<CodeBlock> blocks) throws IOException {
    List<String> problems = new ArrayList<>();
    List<Source> sources = new ArrayList<>();
    for (CodeBlock block : blocks) {
      Source source = null;
      List<Diagnostic<? extends JavaFileObject>> furthest = null;
      for (Form form : Form.of(block)) {
        Source candidate = new Source(block, form);
        List<Diagnostic<? extends JavaFileObject>> errors = parse(candidate);
        if (errors.isEmpty()) {
          source = candidate;
          break;
        }
        if (furthest == null || first(errors) > first(furthest)) {
          furthest = errors;
        }
      }
      if (source != null) {
        sources.add(source);
      } else if (furthest != null) {
        furthest.forEach(each -> problems.add(sentence(each)));
      }
    }
    if (!sources.isEmpty()) {
      DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
      List<String> options =
          Stream.concat(
                  OPTIONS.stream(),
                  Stream.of(
                      "-d",
                      output.toString(),
                      "-cp",
                      System.getProperty("java.class.path"),
                      "--should-stop=ifError=FLOW"))
              .toList();
      JAVAC.getTask(null, null, found, options, null, sources).call();
      found.getDiagnostics().stream()
          .filter(each -> each.getSource() != null || each.getKind() == Diagnostic.Kind.ERROR)
          .forEach(each -> problems.add(sentence(each)));
    }
    return problems;
  }

  private static long first(List<Diagnostic<? extends JavaFileObject>> errors) {
    return errors.stream().mapToLong(Diagnostic::getLineNumber).min().orElse(0);
  }

  private static List<Diagnostic<? extends JavaFileObject>> parse(Source source)
      throws IOException {
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    ((JavacTask) JAVAC.getTask(null, null, found, null, null, List.of(source))).parse();
    return found.getDiagnostics().stream()
        .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
        .sorted(Comparator.comparingLong(Diagnostic::getPosition))
        .toList();
  }

  private static String sentence(Diagnostic<? extends JavaFileObject> found) {
    String message = found.getMessage(Locale.ROOT).lines().collect(Collectors.joining(" "));
    return found.getSource() instanceof Source source
        ? source.block.page()
            + ":"
            + (source.block.line() + found.getLineNumber() - 1)
            + ": "
            + message
        : message;
  }

  /** {@return a class that a block declares as a whole file; its problems were none} */
  Class<?> load(CodeBlock block, String name) throws ReflectiveOperationException, IOException {
    URL[] urls = {output.toUri().toURL()};
    // Stays open as long as the class is used: till the end of the test.
    @SuppressWarnings("resource")
    URLClassLoader loader = new URLClassLoader(urls, JavaBlocks.class.getClassLoader());
    return loader.loadClass(packageOf(block) + "." + name);
  }
}
