package org.staccato.embedding;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.StaleVersionException;
import org.staccato.UserState;
import org.staccato.export.FormatUpgrade;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.live.OpenOptions;
import org.staccato.snapshot.SnapshotRejectedException;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.pages.Page;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesOptions;

/** The sentences of docs/files-and-versions.md are those that the library says. */
class RefusalsTest {
  private static final OpenOptions COLD = OpenOptions.COPY.withCold(true);

  @TempDir Path folder;

  /** Requires that the page has the end of a sentence, from a word on. */
  private static void requireOnPage(Exception refused, String from) throws IOException {
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains(from), message);
    String page = Files.readString(Page.root().resolve("docs/files-and-versions.md"));
    assertTrue(page.contains(message.substring(message.indexOf(from))), message);
  }

  /** A file that has a header and nothing else. */
  private Path weights(String metadata) throws IOException {
    String header =
        "{\"__metadata__\":{\"staccato.digest\":\"%s\"%s}}".formatted("0".repeat(64), metadata);
    String padded = header + " ".repeat(Math.floorMod(-8 - header.length(), 64));
    ByteBuffer bytes = ByteBuffer.allocate(8 + padded.length()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded.length()).put(padded.getBytes(US_ASCII));
    return Files.write(folder.resolve("shop.safetensors"), bytes.array());
  }

  private void requireRejected(String metadata, Reason reason) throws IOException {
    Path file = weights(metadata);
    ModelRejectedException rejected =
        assertThrows(ModelRejectedException.class, () -> LiveModel.open(file, COLD));
    assertTrue(rejected.reason() == reason, rejected::getMessage);
    requireOnPage(rejected, ": found");
  }

  @Test
  void weightFilesOfOtherFormats() throws IOException {
    requireRejected(",\"staccato.format.version\":\"2\"", Reason.VERSION_OLDER);
    requireRejected(",\"staccato.format.version\":\"1\"", Reason.VERSION_OLDER);
    requireRejected(",\"staccato.format.version\":\"4\"", Reason.VERSION_NEWER);
    requireRejected("", Reason.VERSION_MISSING);
  }

  @Test
  void anUpgradeThatIsNotNeeded() throws IOException {
    Path model = ModelFiles.random(folder, 1, 20, 4, 8);
    requireOnPage(
        assertThrows(ModelRejectedException.class, () -> FormatUpgrade.write(model, model)),
        ": found");
  }

  @Test
  void snapshotsOfAnotherFormat() throws IOException {
    byte[] payload = ("STUSER01" + "0".repeat(72)).getBytes(US_ASCII);
    ByteBuffer block = ByteBuffer.allocate(16 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
    block.putInt(1).putInt(payload.length).putInt(0);
    CRC32C checksum = new CRC32C();
    checksum.update(block.array(), 0, 12);
    checksum.update(payload);
    block.putInt((int) checksum.getValue()).put(payload);
    Path snapshot = Files.write(folder.resolve("users.snapshot"), block.array());
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, 20, 4, 8), COLD)) {
      requireOnPage(
          assertThrows(
              SnapshotRejectedException.class,
              () -> UserStates.restore(snapshot, live, new UserStatesOptions(10, 5))),
          "header: found");
    }
  }

  @Test
  void statesOfAnotherVersion() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, 20, 4, 8), COLD);
        Scorer scorer = live.newScorer()) {
      UserState state = scorer.newState();
      live.publish(ModelFiles.random(folder, 2, 20, 4, 8));
      StaleVersionException stale =
          assertThrows(StaleVersionException.class, () -> scorer.step(state, 1));
      String message = String.valueOf(stale.getMessage());
      String page = Files.readString(Page.root().resolve("docs/files-and-versions.md"));
      String shortened =
          message.replace(state.digest(), "1f0c…").replace(live.version().digest(), "93ad…");
      assertTrue(page.contains(shortened), message);
    }
  }
}
