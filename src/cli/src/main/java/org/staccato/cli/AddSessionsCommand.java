package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.export.MemoryWriter;
import org.staccato.export.RememberedSequences;
import org.staccato.format.ItemKeys;
import org.staccato.model.NeighbourMemory;
import org.staccato.trainer.MemoryTraining;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.log.Keys;
import org.staccato.trainer.log.LogFormat;
import org.staccato.trainer.log.LogReader;
import org.staccato.trainer.log.LogSource;
import org.staccato.trainer.sequence.Preparation;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.Sequences;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds sequences to the memory of a weight file. */
@Command(
    name = "add-sessions",
    sortOptions = false,
    description = {
      "Adds the sequences of a log to the memory of a model, without training, as the most recent"
          + " ones.",
      "The log is read and cleaned like the training log of the model, unless options say otherwise;"
          + " events of items that the model does not know are left out."
    },
    footerHeading = "%nExample:%n",
    footer = "  staccato add-sessions shop.safetensors today.csv --output tomorrow.safetensors")
final class AddSessionsCommand extends Verb {
  @Parameters(index = "0", paramLabel = "MODEL", description = "The weight file.")
  private Path model = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "LOG",
      arity = "1..*",
      description = "The files of the log; - is standard input.")
  private List<LogSource> logs = List.of();

  @Option(
      names = {"-o", "--output"},
      order = 10,
      paramLabel = "FILE",
      description = "The weight file to write (default: MODEL, which is replaced).")
  private @Nullable Path output;

  @Mixin private LogArguments logArguments = new LogArguments();

  AddSessionsCommand(Console console) {
    super(console);
  }

  @Override
  void run() throws IOException {
    Path target = output == null ? model : output;
    Outputs.requireWritable(target);
    RememberedSequences.Builder sequences = MemoryWriter.remembered(model);
    int before = sequences.count();
    NeighbourMemory memory;
    try (LiveModel live = LiveModel.open(model)) {
      memory = live.version().specification().findMemory().orElseThrow();
      Map<String, String> recipe = Provenance.recipe(live.version().metadata());
      EventLog log = LogReader.read(logs, logArguments.over(LogFormat.fromMap(recipe)));
      Sequences added =
          Preparation.sequences(log, keys(live.itemKeys()), PreparationOptions.fromMap(recipe));
      MemoryTraining.add(sequences, added);
    }
    String digest =
        MemoryWriter.write(model, target, sequences.build(), memory.search(), memory.share());
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("source", model.toString());
      object.put("target", target.toString());
      object.put("digest", digest);
      object.put("bytes", Files.size(target));
      object.put("sequencesBefore", before);
      object.put("sequences", sequences.count());
      console.json(object);
    } else {
      console.line(
          "added "
              + Figures.count(sequences.count() - before)
              + " sequences to "
              + Figures.count(before));
      console.line("wrote " + target + "  sha256 " + digest);
    }
  }

  private static Keys keys(ItemKeys items) {
    return Keys.ofTexts(IntStream.range(0, items.size()).mapToObj(items::text).toList());
  }
}
