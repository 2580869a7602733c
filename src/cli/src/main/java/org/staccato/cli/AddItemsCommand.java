package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.export.ItemAddition;
import org.staccato.trainer.log.KeyedTable;
import org.staccato.trainer.log.LogSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds new items to a model. */
@Command(
    name = "add-items",
    sortOptions = false,
    description = {
      "Adds new items to a model without a training, by their features.",
      "The model must have been trained with --items; the table has the same columns. New items can"
          + " be recommended and be part of a history; all others keep their scores."
    },
    footerHeading = "%nExample:%n",
    footer = "  staccato add-items shop.safetensors new.csv --output shop-2.safetensors")
final class AddItemsCommand extends Verb {
  @Parameters(index = "0", paramLabel = "MODEL", description = "The weight file.")
  private Path model = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "ITEMS",
      description = "The table of the new items; - is standard input.")
  private LogSource items = LogArguments.STANDARD_INPUT;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The weight file to write (default: MODEL, which is replaced).")
  private @Nullable Path output;

  AddItemsCommand(Console console) {
    super(console);
  }

  @Override
  void run() throws IOException {
    Path target = output == null ? model : output;
    Outputs.requireWritable(target);
    KeyedTable table;
    int before;
    try (ItemAddition addition = ItemAddition.open(model)) {
      table = KeyedTable.read(items, NewItemTable.vocabulary(model, addition).item());
      before = addition.keys().size();
    }
    String digest = NewItemTable.add(model, target, table, table.keys());
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("source", model.toString());
      object.put("target", target.toString());
      object.put("added", table.keys().size());
      object.put("items", before + table.keys().size());
      object.put("digest", digest);
      object.put("bytes", Files.size(target));
      console.json(object);
    } else {
      console.line(
          "added "
              + Figures.count(table.keys().size())
              + " items to "
              + Figures.count(before)
              + "; wrote "
              + target
              + "  sha256 "
              + digest);
    }
  }
}
