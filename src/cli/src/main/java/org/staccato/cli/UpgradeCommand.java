package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.staccato.export.FormatUpgrade;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Converts a weight file of the previous format version. */
@Command(
    name = "upgrade",
    description = {
      "Converts a weight file of format version 2 to the one that this version reads.",
      "The weights, and therefore the scores, stay the same; keys and golden samples are checked"
          + " before the new file takes its place."
    },
    footerHeading = "%nExample:%n",
    footer = "  staccato upgrade old.safetensors shop.safetensors")
final class UpgradeCommand extends Verb {
  @Parameters(index = "0", paramLabel = "OLD", description = "The weight file to read.")
  private Path source = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "NEW",
      description = "The weight file to write; may be the same.")
  private Path target = Path.of("");

  UpgradeCommand(Console console) {
    super(console);
  }

  @Override
  void run() throws IOException {
    Outputs.requireWritable(target);
    String digest = FormatUpgrade.write(source, target);
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("source", source.toString());
      object.put("target", target.toString());
      object.put("digest", digest);
      object.put("bytes", Files.size(target));
      console.json(object);
    } else {
      console.line("wrote " + target + "  sha256 " + digest);
    }
  }
}
