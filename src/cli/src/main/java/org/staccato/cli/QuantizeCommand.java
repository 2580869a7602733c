package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.export.MatrixTypes;
import org.staccato.export.Quantization;
import org.staccato.format.DataType;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.evaluate.ServedModel;
import org.staccato.trainer.log.LogSource;
import org.staccato.trainer.sequence.Split;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Rewrites a weight file with smaller weights. */
@Command(
    name = "quantize",
    sortOptions = false,
    description = {
      "Rewrites a weight file with its matrices in bf16 or in eight bits.",
      "Measures the errors of the scores, and writes the new file only if they are within the"
          + " bound.",
      "With --log, both files are measured on a log, which is read, cleaned and split like the"
          + " training log of the model, unless options say otherwise."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  staccato quantize shop.safetensors shop-bf16.safetensors",
      "  staccato quantize shop.safetensors shop-i8.safetensors --type i8 --log clicks.csv"
    })
final class QuantizeCommand extends Verb {
  /** The types that a matrix may have. */
  enum MatrixType {
    F32,
    BF16,
    I8;

    private MatrixTypes all() {
      return switch (this) {
        case F32 -> MatrixTypes.F32;
        case BF16 -> MatrixTypes.BF16;
        case I8 -> MatrixTypes.I8;
      };
    }

    private DataType type() {
      return all().input();
    }
  }

  @Parameters(index = "0", paramLabel = "SOURCE", description = "The weight file to read.")
  private Path source = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description = "The weight file to write; may be the same.")
  private Path target = Path.of("");

  @Option(
      names = "--type",
      order = 1,
      paramLabel = "TYPE",
      description =
          "f32; bf16: all matrices in half the bytes; i8: the layers in a quarter of the bytes, the"
              + " output in f32 with coarse weights (default: bf16).")
  private MatrixType type = MatrixType.BF16;

  @Option(
      names = "--input",
      order = 2,
      paramLabel = "TYPE",
      description =
          "The layers' input weights, and the matrices of feed-forward networks: f32, bf16 or i8"
              + " (default: as --type says).")
  private @Nullable MatrixType input;

  @Option(
      names = "--recurrent",
      order = 3,
      paramLabel = "TYPE",
      description = "The layers' recurrent weights: f32, bf16 or i8 (default: as --type says).")
  private @Nullable MatrixType recurrent;

  @Option(
      names = "--output",
      order = 4,
      paramLabel = "TYPE",
      description = "The output weights: f32 or bf16 (default: as --type says).")
  private @Nullable MatrixType output;

  @Option(
      names = "--coarse",
      order = 5,
      negatable = true,
      description =
          "Add the output weights in eight bits, with which a ranking finds the few items whose"
              + " exact scores it needs; the ranking stays the same (default: with --type i8 only).")
  private @Nullable Boolean coarse;

  @Option(
      names = "--max-error",
      order = 6,
      paramLabel = "E",
      description =
          "The largest error of a score to accept, relative to 1 + the largest score (default: 0.05"
              + " with layers in i8, 0.02 with bf16, 0.001 otherwise).")
  private @Nullable Double maxError;

  @Option(names = "--force", order = 7, description = "Accept any error.")
  private boolean force;

  @Option(
      names = "--log",
      order = 8,
      paramLabel = "FILE",
      description =
          "Measure both files on this log, - is standard input; may be repeated (default: none).")
  private List<LogSource> logs = List.of();

  @Mixin private EvaluationArguments evaluation = new EvaluationArguments();
  @Mixin private LogArguments logArguments = new LogArguments();
  @Mixin private PreparationArguments preparationArguments = new PreparationArguments();

  QuantizeCommand(Console console) {
    super(console);
  }

  @Override
  void run() throws IOException {
    Evaluator evaluator = evaluation.evaluator(this);
    MatrixTypes types = types();
    double bound = bound(types);
    Outputs.requireWritable(target);
    Map<String, Object> object = new LinkedHashMap<>();
    List<String> warnings = new ArrayList<>();
    String summary =
        logs.isEmpty()
            ? summary(quantize(types, bound, warnings, object), "--log FILE measures rankings")
            : evaluate(types, bound, evaluator, warnings, object);
    Warnings.print(console, warnings, List.of());
    object.put("warnings", warnings);
    if (json) {
      console.json(object);
    } else {
      console.line("");
      console.line(summary);
    }
  }

  private MatrixTypes types() {
    MatrixTypes all = type.all();
    try {
      return new MatrixTypes(
          input == null ? all.input() : input.type(),
          recurrent == null ? all.recurrent() : recurrent.type(),
          output == null ? all.output() : output.type(),
          coarse == null ? all.coarse() : coarse);
    } catch (IllegalArgumentException mistake) {
      throw wrongUsage(Failure.oneSentence(mistake.getMessage()));
    }
  }

  private double bound(MatrixTypes types) {
    if (maxError == null) {
      return force ? Double.POSITIVE_INFINITY : Quantization.usualBound(types);
    }
    if (force) {
      throw wrongUsage("--force accepts any error, --max-error does not: expected one of them");
    }
    if (!(maxError >= 0 && maxError < Double.POSITIVE_INFINITY)) {
      throw wrongUsage("--max-error: found " + maxError + ", expected a number from 0");
    }
    return maxError;
  }

  private Quantization.Report quantize(
      MatrixTypes types, double bound, List<String> warnings, Map<String, Object> object)
      throws IOException {
    Quantization.Report report = Quantization.write(source, target, types, bound);
    object.put("source", source.toString());
    object.put("target", target.toString());
    object.put("digest", report.digest());
    object.put("types", Components.of(report.types()));
    object.put("sourceBytes", report.sourceBytes());
    object.put("bytes", report.targetBytes());
    object.put("sourceMatrixBytes", report.sourceMatrixBytes());
    object.put("matrixBytes", report.targetMatrixBytes());
    object.put("largestError", report.errors().largest());
    object.put("meanError", report.errors().mean());
    if (!force) {
      object.put("maxError", bound);
    }
    if (report.targetBytes() > report.sourceBytes()) {
      warnings.add(
          "the file grew from "
              + Figures.bytes(report.sourceBytes())
              + " to "
              + Figures.bytes(report.targetBytes())
              + (report.types().coarse()
                  ? ": coarse weights let a ranking read less, but are kept beside the exact ones"
                  : ""));
    }
    if (!json) {
      print(report, bound);
    }
    return report;
  }

  /** Sums up the change of size and quality in one line. */
  private String summary(Quantization.Report report, String rankings) {
    return String.format(
        Locale.ROOT,
        "%s: %s instead of %s (%s), scores off by up to %.2g of 1 + the largest; %s",
        target,
        Figures.bytes(report.targetBytes()),
        Figures.bytes(report.sourceBytes()),
        Figures.share(report.targetBytes(), report.sourceBytes()),
        report.errors().largest(),
        rankings);
  }

  private void print(Quantization.Report report, double bound) {
    console.line(target + "  sha256 " + report.digest());
    MatrixTypes types = report.types();
    console.line(
        "input "
            + types.input()
            + ", recurrent "
            + types.recurrent()
            + ", output "
            + types.output()
            + (types.coarse() ? " with coarse weights in I8" : ""));
    new TextTable("", "source", "target", "")
        .row(
            "file",
            Figures.bytes(report.sourceBytes()),
            Figures.bytes(report.targetBytes()),
            Figures.share(report.targetBytes(), report.sourceBytes()))
        .row(
            "matrices",
            Figures.bytes(report.sourceMatrixBytes()),
            Figures.bytes(report.targetMatrixBytes()),
            Figures.share(report.targetMatrixBytes(), report.sourceMatrixBytes()))
        .print(console);
    console.line(
        String.format(
            Locale.ROOT,
            "errors of the golden samples: up to %.2g, mean %.2g, of 1 + the largest score"
                + (force ? " (any accepted)" : " (accepted: up to %.2g)"),
            report.errors().largest(),
            report.errors().mean(),
            bound));
  }

  /**
   * Reads the log first, since it may be bad, then quantises, and then measures both files on the
   * log.
   */
  private String evaluate(
      MatrixTypes types,
      double bound,
      Evaluator evaluator,
      List<String> warnings,
      Map<String, Object> object)
      throws IOException {
    try (LiveModel before = LiveModel.open(source)) {
      Split split =
          LogSplit.asTrained(source, before, logs, logArguments, preparationArguments).read();
      split.report().lines().forEach(console::remark);
      warnings.addAll(Warnings.of(split));
      Quantization.Report report = quantize(types, bound, warnings, object);
      console.remark("measuring both files");
      try (LiveModel after = LiveModel.open(target)) {
        List<NextItemModel> models =
            List.of(
                new ServedModel("source", before, split.items()),
                new ServedModel("target", after, split.items()));
        object.put("data", Results.data(split.report()));
        tell("validation", Measuring.measure(models, split.validation(), evaluator), object);
        List<EvaluationResult> test = Measuring.measure(models, split.test(), evaluator);
        tell("test", test, object);
        return summary(report, rankings(test));
      }
    }
  }

  /** Describes the change of the rankings of the test cases. */
  private static String rankings(List<EvaluationResult> test) {
    Metric metric = new Metric(Metric.Kind.NDCG, test.getFirst().metrics().getFirst().cutoff());
    double before = metric.of(test.getFirst());
    double after = metric.of(test.getLast());
    return String.format(
        Locale.ROOT,
        "%s of the test cases %.4f instead of %.4f%s",
        metric,
        after,
        before,
        before == 0 ? "" : String.format(Locale.ROOT, " (%+.2f %%)", 100 * (after / before - 1)));
  }

  private void tell(String part, List<EvaluationResult> measured, Map<String, Object> object) {
    List<EvaluationResult> results = Results.withChange(measured);
    object.put(part, Results.objects(results));
    if (!json) {
      console.line("");
      Results.print(console, part, results);
    }
  }
}
