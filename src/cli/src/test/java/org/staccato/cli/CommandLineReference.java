package org.staccato.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Makes the page of the command line from what picocli knows of it. */
final class CommandLineReference {
  private static final String INTRODUCTION =
      """
      # The command line

      Made from the help texts; `staccato VERB --help` shows the same on a terminal. In a clone of the repository `./staccato` builds what it runs. Elsewhere the artifact
      `staccato-cli` and what it depends on are enough, in a folder `lib` for example:

      ```sh
      java --add-modules jdk.incubator.vector -cp 'lib/*' org.staccato.cli.Main help
      ```

      Results go to standard output, progress and remarks to standard error. Lists are separated by commas, without spaces.

      """;

  private final StringBuilder page = new StringBuilder();

  private CommandLineReference() {}

  /** {@return the page, in Markdown} */
  static String page() {
    CommandLineReference reference = new CommandLineReference();
    reference.write(SilentCommands.all());
    return reference.page.toString();
  }

  private void write(CommandLine commands) {
    Map<String, CommandLine> verbs = commands.getSubcommands();
    page.append(INTRODUCTION).append("| verb | |\n|---|---|\n");
    verbs.forEach(
        (name, verb) ->
            row("[`" + name + "`](#" + name + ")", description(verb.getCommandSpec()).getFirst()));
    List<OptionSpec> common =
        verbs.values().iterator().next().getCommandSpec().options().stream()
            .filter(option -> isCommon(option, verbs.values()))
            .toList();
    page.append("\n## Exit codes\n");
    page.append("| code | |\n|---|---|\n");
    for (String line : commands.getCommandSpec().usageMessage().footer()) {
      String[] parts = line.strip().split(" {2,}", 2);
      if (parts.length == 2) {
        row(parts[0], parts[1]);
      }
    }
    page.append("\n## Options of every verb\n");
    options(common);
    verbs.forEach((name, verb) -> verb(name, verb.getCommandSpec(), common));
  }

  /** {@return whether each verb has an option, except for {@code help}, which has none of them} */
  private static boolean isCommon(OptionSpec option, Iterable<CommandLine> verbs) {
    for (CommandLine verb : verbs) {
      if (!verb.getCommandName().equals("help")
          && verb.getCommandSpec().findOption(option.longestName()) == null) {
        return false;
      }
    }
    return true;
  }

  private void verb(String name, CommandSpec verb, List<OptionSpec> common) {
    page.append("\n## ").append(name).append('\n');
    page.append(String.join(" ", description(verb))).append("\n\n");
    Set<String> known = common.stream().map(OptionSpec::longestName).collect(Collectors.toSet());
    List<OptionSpec> own =
        verb.options().stream()
            .filter(option -> !known.contains(option.longestName()) && !option.usageHelp())
            .toList();
    page.append("```text\nstaccato ").append(name);
    for (PositionalParamSpec word : verb.positionalParameters()) {
      String label = word.paramLabel() + (word.arity().max() > 1 ? "..." : "");
      page.append(' ').append(word.required() ? label : "[" + label + "]");
    }
    page.append(own.isEmpty() ? "" : " [OPTIONS]").append("\n```\n");
    if (!verb.positionalParameters().isEmpty()) {
      page.append("\n| argument | |\n|---|---|\n");
      for (PositionalParamSpec word : verb.positionalParameters()) {
        row("`" + word.paramLabel() + "`", text(word.description()));
      }
    }
    if (!own.isEmpty()) {
      page.append('\n');
      options(own);
    }
    List<String> examples =
        Stream.of(verb.usageMessage().footer())
            .map(String::strip)
            .filter(line -> line.startsWith("staccato "))
            .toList();
    if (!examples.isEmpty()) {
      page.append("\n```sh\n");
      examples.forEach(line -> page.append("./").append(line).append('\n'));
      page.append("```\n");
    }
  }

  private void options(List<OptionSpec> options) {
    page.append("| option | |\n|---|---|\n");
    options.stream()
        .filter(option -> !option.hidden())
        .sorted((one, other) -> Integer.compare(one.order(), other.order()))
        .forEach(option -> row(names(option), text(option.description())));
  }

  private static String names(OptionSpec option) {
    String label = option.arity().max() > 0 ? " " + option.paramLabel() : "";
    return Stream.of(option.names())
            .map(name -> option.negatable() ? negatable(name) : name)
            .map(name -> "`" + name + (name.startsWith("--") ? label : "") + "`")
            .collect(Collectors.joining(", "))
        + (label.isEmpty() || option.longestName().startsWith("--")
            ? ""
            : " `" + label.strip() + "`");
  }

  private static String negatable(String name) {
    return name.startsWith("--no-")
        ? "--[no-]" + name.substring("--no-".length())
        : name.replaceFirst("^--", "--[no-]");
  }

  private static List<String> description(CommandSpec verb) {
    return Stream.of(verb.usageMessage().header(), verb.usageMessage().description())
        .flatMap(Stream::of)
        .map(line -> text(line))
        .filter(line -> !line.isEmpty())
        .toList();
  }

  /** {@return a description as one line; picocli formats it, but not one that is no format} */
  private static String text(String... lines) {
    return String.join(" ", lines)
        .replace("%n", " ")
        .replace("%%", "%")
        .replaceAll("\\s+", " ")
        .strip();
  }

  private void row(String left, String right) {
    page.append("| %s | %s |\n".formatted(left.replace("|", "\\|"), right.replace("|", "\\|")));
  }
}
