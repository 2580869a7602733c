package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.staccato.LiveModel;
import org.staccato.harness.FailingStorage;
import org.staccato.harness.SnapshotFixture;
import org.staccato.harness.SnapshotLoop;
import org.staccato.testkit.ChildJvm;
import org.staccato.testkit.RandomSeed;

/** Disks that fail, and writers of snapshots that are killed. */
class SnapshotDiskTest extends SnapshotFixture {
  @Test
  void theLastSnapshotStaysWhenAnyOperationFails() throws IOException {
    try (LiveModel live = LiveModel.open(model);
        UserStates users = new UserStates(live, new UserStatesOptions(200, EVENTS))) {
      fill(users, 100);
      users.writeSnapshot(file);
      fill(users, 150);
      boolean failed = true;
      int operations = 0;
      for (; failed; operations++) {
        FailingStorage storage = new FailingStorage(operations);
        try {
          users.writeSnapshot(file, storage);
          failed = false;
        } catch (IOException e) {
          assertTrue(
              String.valueOf(e.getMessage()).contains(FailingStorage.MESSAGE), e.getMessage());
          assertTrue(String.valueOf(e.getMessage()).startsWith(file + ": "), e.getMessage());
        }
        assertEquals(List.of("model", "users.snapshot"), names());
        try (UserStates restored =
            UserStates.restore(file, live, new UserStatesOptions(200, EVENTS))) {
          // The folder is forced after the new file is in place.
          assertTrue(List.of(100L, 150L).contains(restored.gauges().users()));
        }
      }
      assertTrue(operations > 6, operations + " operations");
    }
  }

  @Test
  void theFilesOfAKilledWriterAreDeletedAndNoOthers() throws IOException {
    String unique = UUID.randomUUID().toString();
    Files.createFile(folder.resolve(".users.snapshot." + unique + ".tmp"));
    List<String> others =
        List.of(
            ".others.snapshot." + unique + ".tmp",
            ".users.snapshot." + unique,
            ".users.snapshot.1.tmp",
            ".users.snapshot.old." + unique + ".tmp",
            ".users.snapshot.old." + unique + ".tmp" + unique + ".tmp");
    for (String other : others) {
      Files.createFile(folder.resolve(other));
    }
    try (LiveModel live = LiveModel.open(model);
        UserStates users = new UserStates(live, new UserStatesOptions(10, EVENTS))) {
      users.writeSnapshot(file);
      assertEquals(
          Stream.concat(others.stream(), Stream.of("model", "users.snapshot")).sorted().toList(),
          names());
      Path missing = folder.resolve("missing");
      IOException e =
          assertThrows(
              IOException.class, () -> users.writeSnapshot(missing.resolve("users.snapshot")));
      assertEquals(
          missing.resolve("users.snapshot") + ": cannot be written: there is no folder " + missing,
          e.getMessage());
    }
  }

  @Test
  void aKilledWriterLeavesItsLastSnapshot() throws Exception {
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    try (LiveModel live = LiveModel.open(model)) {
      for (int trial = 0; trial < 4; trial++) {
        Path announced = Files.createTempFile(folder, "announced", null);
        Process process =
            ChildJvm.command(List.of(), SnapshotLoop.class, model, file)
                .redirectOutput(announced.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        while (Files.size(announced) == 0) {
          assertTrue(process.isAlive(), "the writer announces each snapshot");
          Thread.sleep(1);
        }
        Thread.sleep(random.nextInt(300));
        process.destroyForcibly().waitFor();
        int last = (int) Files.size(announced);
        try (UserStates restored =
            UserStates.restore(file, live, new UserStatesOptions(SnapshotLoop.CAPACITY, EVENTS))) {
          long generation = restored.gauges().users() / SnapshotLoop.USERS;
          assertEquals(0, restored.gauges().users() % SnapshotLoop.USERS, "seed " + seed);
          // The announced one is there; the next one may be complete, and not announced.
          assertTrue(generation == last || generation == last + 1, "seed " + seed);
        }
        Files.delete(file);
      }
    }
  }
}
