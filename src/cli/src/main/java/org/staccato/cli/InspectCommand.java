package org.staccato.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.staccato.LiveModel;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows what is in a weight file. */
@Command(
    name = "inspect",
    description = "Shows what is in a weight file: specification, tensors, sizes and provenance.",
    footerHeading = "%nExample:%n",
    footer = "  staccato inspect shop.safetensors")
final class InspectCommand extends Verb {
  @Parameters(paramLabel = "MODEL", description = "The weight file.")
  private Path model = Path.of("");

  InspectCommand(Console console) {
    super(console);
  }

  @Override
  void run() throws IOException {
    try (WeightFile file = WeightFile.open(model);
        LiveModel live = LiveModel.open(model)) {
      if (json) {
        console.json(object(file, live));
      } else {
        print(file, live);
      }
    }
  }

  private Map<String, Object> object(WeightFile file, LiveModel live) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("model", model.toString());
    object.put("bytes", Files.size(model));
    object.put("digest", file.digest());
    object.put("backend", live.backend());
    Map<String, String> metadata = new TreeMap<>(file.metadata());
    object.put("specification", parsed(metadata.remove("staccato.specification")));
    object.put("provenance", parsed(metadata.remove("staccato.provenance")));
    object.put("metadata", metadata);
    List<Map<String, Object>> tensors = new ArrayList<>();
    for (Tensor tensor : file.tensors()) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("name", tensor.name());
      each.put("type", tensor.type().toString());
      each.put("shape", tensor.shape());
      each.put("bytes", tensor.byteSize());
      tensors.add(each);
    }
    object.put("tensors", tensors);
    return object;
  }
}
