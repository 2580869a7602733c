package org.staccato.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.staccato.format.WeightFile;
import picocli.CommandLine.Command;

/** Shows the version. */
@Command(
    name = "version",
    description =
        "Shows the version of Staccato, of the weight files that it writes, and of the JDK.",
    footerHeading = "%nExample:%n",
    footer = "  staccato version --json")
final class VersionCommand extends Verb {
  VersionCommand(Console console) {
    super(console);
  }

  @Override
  void run() throws IOException {
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("version", Version.number());
      object.put("weightFile", WeightFile.FORMAT_VERSION);
      object.put("jdk", Version.jdk());
      object.put("system", Version.system());
      console.json(object);
    } else {
      console.line(Version.line());
    }
  }
}
