package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.staccato.LiveModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks a weight file as a service does before it serves the file. */
@Command(
    name = "verify",
    description = {
      "Checks a weight file as a service does before it serves it.",
      "Checks its structure, its digest and that its weights are finite, and lets the network"
          + " reproduce the scores that the trainer stored.",
      "Prints OK, or the reason of the rejection with exit code 3."
    },
    footerHeading = "%nExample:%n",
    footer = "  staccato verify shop.safetensors")
final class VerifyCommand extends Verb {
  @Parameters(paramLabel = "MODEL", description = "The weight file.")
  private Path model = Path.of("");

  VerifyCommand(Console console) {
    super(console);
  }

  @Override
  void run() throws IOException {
    try (LiveModel live = LiveModel.open(model)) {
      if (json) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("model", model.toString());
        object.put("ok", true);
        object.put("digest", live.version().digest());
        object.put("backend", live.backend());
        object.put("bytes", Files.size(model));
        console.json(object);
      } else {
        console.line(
            "OK  " + model + "  sha256 " + live.version().digest() + "  backend " + live.backend());
      }
    }
  }
}
