package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.staccato.LiveModel;
import org.staccato.export.Quantization;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.model.EventAttribute;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows the contents of a weight file. */
@Command(
    name = "inspect",
    description =
        "Shows the contents of a weight file: specification, tensors, sizes, types of the"
            + " matrices, and provenance.",
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
    object.put("specification", Provenance.parse(metadata.remove(Provenance.SPECIFICATION_KEY)));
    object.put("provenance", Provenance.parse(metadata.remove(Provenance.KEY)));
    String quantization = metadata.remove(Quantization.METADATA_KEY);
    if (quantization != null) {
      object.put("quantization", Provenance.parse(quantization));
    }
    object.put("metadata", metadata);
    Map<String, Object> matrices = new LinkedHashMap<>();
    Quantization.matrices(file)
        .forEach(matrix -> matrices.put(matrix.name(), matrix.type().toString()));
    object.put("matrices", matrices);
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

  private void print(WeightFile file, LiveModel live) throws IOException {
    console.line(model + "  " + Figures.bytes(Files.size(model)));
    console.line("sha256   " + file.digest());
    Map<String, Object> made = Provenance.parse(file.metadata().get(Provenance.KEY));
    if (made.containsKey("date")) {
      console.line("trained  " + made.get("date") + " by staccato " + made.get("version"));
    }
    console.line("backend  " + live.backend());
    console.line("layers   " + LayerWords.list(live.version().specification().layers()));
    List<EventAttribute> attributes = live.version().specification().attributes();
    if (!attributes.isEmpty()) {
      console.line(
          "events   " + String.join(", ", attributes.stream().map(EventAttribute::name).toList()));
    }
    live.version()
        .specification()
        .findMemory()
        .ifPresent(memory -> console.line("memory   " + MemoryPlan.words(memory)));
    console.line(
        "weights  "
            + String.join(
                ", ",
                Quantization.matrices(file).stream()
                    .map(matrix -> matrix.name() + " " + matrix.type())
                    .toList()));
    Map<String, String> metadata = new TreeMap<>(file.metadata());
    metadata.remove(WeightFile.DIGEST_KEY);
    String specification = metadata.remove(Provenance.SPECIFICATION_KEY);
    String provenance = metadata.remove(Provenance.KEY);
    String quantization = metadata.remove(Quantization.METADATA_KEY);
    console.line("");
    console.line("metadata");
    print(metadata, "  ");
    console.line("");
    console.line("specification");
    print(Provenance.parse(specification), "  ");
    console.line("");
    console.line("provenance");
    print(Provenance.parse(provenance), "  ");
    if (quantization != null) {
      console.line("");
      console.line("quantization");
      print(Provenance.parse(quantization), "  ");
    }
    console.line("");
    TextTable table = new TextTable("tensor", "type", "shape", "bytes").left(1).left(2);
    for (Tensor tensor : file.tensors()) {
      table.row(
          tensor.name(),
          tensor.type().toString(),
          String.join(" × ", tensor.shape().stream().map(String::valueOf).toList()),
          Figures.count(tensor.byteSize()));
    }
    table.print(console);
  }

  /** Prints the members of an object, nested ones with a deeper indent; leaves out empty texts. */
  private void print(Map<?, ?> object, String indent) {
    int width = object.keySet().stream().mapToInt(name -> name.toString().length()).max().orElse(0);
    object.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> nested) {
            console.line(indent + name);
            print(nested, indent + "  ");
          } else if (!"".equals(value)) {
            console.line(indent + name + " ".repeat(width - name.toString().length() + 2) + value);
          }
        });
  }
}
