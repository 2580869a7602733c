package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code train} says about logs that cannot be trained on. */
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
        .failed(ExitCode.BAD_INPUT, "log.csv", "sku");
  }

  @Test
  void aTimeThatIsNone() throws IOException {
    train("user,item,time\nanna,tea,1\nanna,mug,soon\n")
        .failed(ExitCode.BAD_INPUT, "log.csv", "3", "time", "soon", "expected");
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
        .failed(ExitCode.FAILED, "is not a folder");
    CommandLineRun.of("train", "none.csv", "--output", folder.resolve("none/model"))
        .failed(ExitCode.FAILED, "there is no folder");
    CommandLineRun.of("train", "none.csv", "--output", folder)
        .failed(ExitCode.FAILED, "is a folder");
    CommandLineRun.of(
            "train", "none.csv", "--output", folder.resolve("m"), "--report", file.resolve("r"))
        .failed(ExitCode.FAILED, "is not a folder");
    CommandLineRun.of("demo", "--directory", file).failed(ExitCode.FAILED, file.toString());
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
