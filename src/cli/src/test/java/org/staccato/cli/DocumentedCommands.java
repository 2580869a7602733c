package org.staccato.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.staccato.testkit.pages.CodeBlock;
import org.staccato.testkit.pages.Page;
import picocli.CommandLine.ParameterException;

/** Checks the commands that pages show, without running them. */
final class DocumentedCommands {
  /** The phases of Maven that the pages name. */
  private static final Set<String> PHASES =
      Set.of("clean", "test-compile", "test", "package", "verify", "install");

  /** The options of Maven that the pages use without a word after them. */
  private static final Set<String> FLAGS = Set.of("-am", "-B", "-ntp", "-q", "-o");

  private static final Pattern PUBLIC_CLASS =
      Pattern.compile("(?m)^public (?:final )?class (\\w+)");

  private final Path root;
  private final List<Path> files;
  private final Set<String> classesOfPages = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  /** Checks against the files of a repository, without those that a build makes. */
  private DocumentedCommands(Path root) throws IOException {
    this.root = root;
    try (Stream<Path> all = Files.walk(root)) {
      files = all.filter(file -> !root.relativize(file).toString().contains("target")).toList();
    }
    for (Page page : Page.all()) {
      for (CodeBlock block : page.blocks("java")) {
        PUBLIC_CLASS.matcher(block.text()).results().forEach(it -> classesOfPages.add(it.group(1)));
      }
    }
  }

  /** {@return a sentence for each command of the blocks that cannot be what it is meant to be} */
  static List<String> problems(List<CodeBlock> blocks, Path root) throws IOException {
    DocumentedCommands commands = new DocumentedCommands(root);
    for (CodeBlock block : blocks) {
      for (ShellLines.Command command : ShellLines.commands(block.text())) {
        String problem = commands.problem(command.words());
        if (problem != null) {
          commands.problems.add(
              block.page() + ":" + (block.line() + command.line()) + ": " + problem);
        }
      }
    }
    return commands.problems;
  }

  private @Nullable String problem(List<String> words) throws IOException {
    int first = 0;
    // Variables for the command, and a command that runs another one.
    while (first < words.size() && words.get(first).matches("\\w+=.*")) {
      first++;
    }
    if (first + 2 < words.size() && words.get(first).equals("taskset")) {
      first += 3;
    }
    if (first == words.size()) {
      return "found no program";
    }
    List<String> arguments = words.subList(first + 1, words.size());
    return switch (words.get(first)) {
      case "./staccato" -> staccato(arguments);
      case "./mvnw", "mvn" -> maven(arguments);
      case "java" -> java(arguments);
      case "curl" -> curl(arguments);
      default ->
          "found the program '"
              + words.get(first)
              + "', expected ./staccato, ./mvnw, mvn, java or curl, after taskset or not";
    };
  }

  private static @Nullable String staccato(List<String> arguments) {
    try {
      SilentCommands.all().parseArgs(arguments.toArray(String[]::new));
      return null;
    } catch (ParameterException mistake) {
      return UsageMistake.sentence(mistake);
    }
  }

  private @Nullable String maven(List<String> arguments) throws IOException {
    boolean goal = false;
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (word.startsWith("-P")) {
        String profile = word.substring(2);
        if (!anyPomHas("<id>" + profile + "</id>", "<profile>")) {
          return "found the profile '" + profile + "', which no pom has";
        }
      } else if (word.equals("-pl")) {
        i++;
        for (String module : arguments.get(i).split(",", -1)) {
          if (!Files.exists(root.resolve(module).resolve("pom.xml"))) {
            return "found the module '" + module + "', which has no pom";
          }
        }
      } else if (word.startsWith("-Dtest=")) {
        String test = word.substring("-Dtest=".length());
        if (!isSource(test)) {
          return "found the test '" + test + "', which is not there";
        }
      } else if (word.contains("@")) {
        String execution = word.substring(word.indexOf('@') + 1);
        if (!execution.startsWith("default-") && !anyPomHas("<id>" + execution + "</id>")) {
          return "found the execution '" + execution + "', which no pom has";
        }
        goal = true;
      } else if (PHASES.contains(word) || word.matches("[a-z.-]+:[a-z-]+")) {
        goal = true;
      } else if (!word.startsWith("-D") && !FLAGS.contains(word)) {
        return "found the word '"
            + word
            + "', no phase, goal or option of Maven that is known here";
      }
    }
    return goal ? null : "found no phase and no goal";
  }

  private @Nullable String java(List<String> arguments) {
    String name = "none";
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (word.equals("-cp") || word.equals("--add-modules")) {
        i++;
      } else if (word.equals("-jar")) {
        return arguments.get(i + 1).equals("benchmarks/target/benchmarks.jar")
            ? null
            : "found a jar that is not that of the benchmarks";
      } else if (!word.startsWith("-")) {
        name = word;
        break;
      }
    }
    return isClass(name) ? null : "found the class '" + name + "', which is not there";
  }

  /** {@return whether a class is one of this repository, or one that a page shows} */
  private boolean isClass(String name) {
    return name.startsWith("org.staccato.")
        ? isSource(name.substring(name.lastIndexOf('.') + 1))
        : classesOfPages.contains(name);
  }

  private static @Nullable String curl(List<String> arguments) {
    if (arguments.size() != 1) {
      return "found " + arguments.size() + " words after curl, expected an address";
    }
    String scheme = URI.create(arguments.getFirst()).getScheme();
    return "http".equals(scheme) ? null : "found an address without http, expected one with it";
  }

  private boolean anyPomHas(String... texts) throws IOException {
    for (Path file : files) {
      if (file.endsWith("pom.xml")) {
        String content = Files.readString(file);
        if (Stream.of(texts).allMatch(content::contains)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isSource(String name) {
    return files.stream().anyMatch(file -> file.endsWith(name + ".java"));
  }
}
