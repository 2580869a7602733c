package org.staccato.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ModelRejectedException;
import org.staccato.model.WrongTaskException;
import org.staccato.trainer.learn.TrainingDivergedException;
import org.staccato.trainer.log.LogFormatException;
import org.staccato.trainer.sequence.UnusableLogException;

/**
 * The failure of a verb, as it is reported to the user.
 *
 * @param exitCode the exit code of the process
 * @param sentence the message, one line without a stack trace
 * @param details further facts for programs, by name
 */
record Failure(ExitCode exitCode, String sentence, Map<String, Object> details) {

  private static final Pattern DECIMAL_COMMA = Pattern.compile("'[+-]?\\d*,\\d+'");

  /** Creates a failure without further facts. */
  Failure(ExitCode exitCode, String sentence) {
    this(exitCode, sentence, Map.of());
  }

  /**
   * Writes the failure as a JSON object as well, if the user asked for JSON.
   *
   * @return the exit code of the process
   */
  int tell(Console console, boolean json) throws IOException {
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("ok", false);
      object.put("exitCode", exitCode.code());
      object.put("reason", exitCode.name());
      object.put("message", sentence);
      object.putAll(details);
      console.json(object);
    }
    return exitCode.code();
  }

  /** {@return the failure that reports an exception of a verb} */
  static Failure of(Throwable thrown) {
    return switch (thrown) {
      case LogFormatException log ->
          new Failure(ExitCode.BAD_INPUT, oneSentence(log.getMessage() + hint(log)), details(log));
      case ModelRejectedException model ->
          new Failure(
              ExitCode.BAD_INPUT,
              oneSentence(model.getMessage()),
              Map.of("reason", model.reason().name(), "file", model.file().toString()));
      case WrongTaskException model -> badInput(model.getMessage());
      case UnusableLogException log -> badInput(log.getMessage());
      case TrainingDivergedException diverged ->
          new Failure(ExitCode.FAILED, oneSentence(diverged.getMessage()));
      case BadInputException input -> badInput(input.getMessage());
      case InterruptedRunException interrupted ->
          new Failure(ExitCode.INTERRUPTED, oneSentence(interrupted.getMessage()));
      case InterruptedException interrupted -> new Failure(ExitCode.INTERRUPTED, "interrupted");
      case CannotWriteException output ->
          new Failure(ExitCode.FAILED, oneSentence(output.getMessage()));
      case NoSuchFileException file -> badInput(file.getFile() + ": no such file");
      case AccessDeniedException file -> badInput(file.getFile() + ": permission denied");
      case FileSystemException file ->
          new Failure(
              ExitCode.FAILED,
              oneSentence(
                  file.getReason() == null
                      ? file.getMessage()
                      : file.getFile() + ": " + file.getReason()));
      case IOException io -> new Failure(ExitCode.FAILED, oneSentence(io.getMessage()));
      case OutOfMemoryError memory ->
          new Failure(
              ExitCode.FAILED,
              "out of memory ("
                  + memory.getMessage()
                  + "); give it more with STACCATO_JAVA_OPTIONS=-Xmx8g, or use a smaller network");
      default ->
          new Failure(
              ExitCode.FAILED,
              "unexpected "
                  + thrown.getClass().getSimpleName()
                  + ": "
                  + oneSentence(thrown.getMessage())
                  + " (--stacktrace shows where)");
    };
  }

  /** Names the option that may help to read a log. */
  private static String hint(LogFormatException log) {
    return switch (log.subject()) {
      case SOURCE -> "";
      case COLUMN -> " (--columns item=NAME,user=NAME,… names them)";
      case ROW ->
          log.column() != null && DECIMAL_COMMA.matcher(log.found()).matches()
              ? " (--decimal-comma reads a comma as the decimal point)"
              : " (--skip-broken 1% leaves out up to that share of the rows)";
    };
  }

  private static Map<String, Object> details(LogFormatException log) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("file", log.source());
    if (log.line() != LogFormatException.NO_LINE) {
      details.put("line", log.line());
    }
    if (log.column() != null) {
      details.put("column", log.column());
    }
    details.put("found", log.found());
    details.put("expected", log.expected());
    return details;
  }

  private static Failure badInput(@Nullable String message) {
    return new Failure(ExitCode.BAD_INPUT, oneSentence(message));
  }

  /** {@return a message on one line} */
  static String oneSentence(@Nullable String message) {
    return message == null ? "no details" : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
