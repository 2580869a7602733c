package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages of {@code train} about logs that cannot be trained on. */
class BadLogTest {
  @TempDir private Path folder;

  private CommandLineRun train(String log, Object... options) throws IOException {
    Path file = Files.writeString(folder.resolve("log.csv"), log);
    Path model = folder.resolve("model.safetensors");
    Object[] words = new Object[4 + options.length];
    words[0] = "train";
    words[1] = file;
    words[2] = "--output";
    words[3] = model;
    System.arraycopy(options, 0, words, 4, options.length);
    CommandLineRun run = CommandLineRun.of(words);
    assertFalse(Files.exists(model), "a model was written");
    return run;
  }

  @Test
  void aMissingFile() {
    CommandLineRun.of("train", folder.resolve("none.csv"), "--output", folder.resolve("m"))
        .failed(ExitCode.BAD_INPUT, "none.csv");
  }

  @Test
  void anEmptyFile() throws IOException {
    train("").failed(ExitCode.BAD_INPUT, "log.csv", "expected");
  }

  @Test
  void onlyAHeader() throws IOException {
    train("user,item,time\n").failed(ExitCode.BAD_INPUT);
  }

  @Test
  void aMissingColumn() throws IOException {
    train("user,time\nanna,1\n").failed(ExitCode.BAD_INPUT, "log.csv", "item");
    train("user,item,time\nanna,tea,1\n", "--columns", "item=sku")
        .failed(ExitCode.BAD_INPUT, "log.csv", "sku", "--columns");
  }

  @Test
  void aTimeThatIsNone() throws IOException {
    train("user,item,time\nanna,tea,1\nanna,mug,soon\n")
        .failed(ExitCode.BAD_INPUT, "log.csv, line 3", "time", "soon", "--skip-broken");
  }

  @Test
  void decimalCommasThatNobodySaidAreHintedAt() throws IOException {
    train("user;item;time;rating\nanna;tea;1;4,5\n", "--minimum-value", 3)
        .failed(ExitCode.BAD_INPUT, "line 2", "'4,5'", "--decimal-comma");
  }

  @Test
  void moreBrokenRowsThanTheShare() throws IOException {
    train("user,item,time\nanna,tea,1\nanna,mug\nanna,pot,2\n", "--skip-broken", "10%")
        .failed(ExitCode.BAD_INPUT, "1 broken rows among 3", "at most 10.0 %", "line 3");
    train("", "--skip-broken", "101%").failed(ExitCode.USAGE, "--skip-broken", "0% to 100%");
    train("", "--skip-broken", "some").failed(ExitCode.USAGE, "--skip-broken", "'some'");
  }

  @Test
  void aParquetFile() throws IOException {
    train("PAR1 and more").failed(ExitCode.BAD_INPUT, "a Parquet file", "duckdb");
  }

  @Test
  void standardInputTwice() {
    CommandLineRun.of("train", "-", "-", "--output", folder.resolve("m"))
        .failed(ExitCode.BAD_INPUT, "standard input");
  }

  @Test
  void aTimePatternThatIsNone() throws IOException {
    train("user,item,time\n", "--time-pattern", "foo")
        .failed(ExitCode.USAGE, "time pattern", "foo");
  }

  @Test
  void bytesThatAreNoText() throws IOException {
    Path file = Files.write(folder.resolve("log.bin"), new byte[] {0x7F, 'E', 'L', 'F', 0, 0, 1});
    CommandLineRun.of("train", file, "--output", folder.resolve("m"))
        .failed(ExitCode.BAD_INPUT, "log.bin");
  }

  @Test
  void aGzipFileThatIsCut() throws IOException {
    Path file = Files.write(folder.resolve("log.gz"), new byte[] {0x1F, (byte) 0x8B, 8, 0, 0});
    CommandLineRun.of("train", file, "--output", folder.resolve("m"))
        .failed(ExitCode.BAD_INPUT, "log.gz");
  }

  @Test
  void nothingLeftAfterFiltering() throws IOException {
    train("user,item,time\nanna,tea,1\nanna,mug,2\nanna,pot,3\n", "--minimum-support", 9)
        .failed(ExitCode.BAD_INPUT);
  }

  @Test
  void sequencesOfOneEvent() throws IOException {
    train("user,item,time\nanna,tea,1\nben,mug,2\ncleo,pot,3\n").failed(ExitCode.BAD_INPUT);
  }

  @Test
  void aFolderInsteadOfALog() {
    CommandLineRun.of("train", folder, "--output", folder.resolve("m"))
        .failed(ExitCode.BAD_INPUT, folder.toString());
  }

  @Test
  void anOutputThatCannotBeWrittenIsRefusedBeforeTheLogIsRead() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    CommandLineRun.of("train", "none.csv", "--output", file.resolve("model"))
        .failed(ExitCode.BAD_INPUT, "is not a folder");
    CommandLineRun.of("train", "none.csv", "--output", folder.resolve("none/model"))
        .failed(ExitCode.BAD_INPUT, "there is no folder");
    CommandLineRun.of("train", "none.csv", "--output", folder)
        .failed(ExitCode.BAD_INPUT, "is a folder");
    CommandLineRun.of(
            "train", "none.csv", "--output", folder.resolve("m"), "--report", file.resolve("r"))
        .failed(ExitCode.BAD_INPUT, "is not a folder");
    CommandLineRun.of("demo", "--directory", file).failed(ExitCode.BAD_INPUT, file.toString());
  }

  @Test
  void aModelThatTheDiskHasNoRoomForIsRefusedBeforeTraining() {
    CannotWriteException refused =
        assertThrows(
            CannotWriteException.class,
            () -> Outputs.requireSpace(folder.resolve("m"), Long.MAX_VALUE));
    assertTrue(String.valueOf(refused.getMessage()).contains("room"), refused::getMessage);
  }
}
