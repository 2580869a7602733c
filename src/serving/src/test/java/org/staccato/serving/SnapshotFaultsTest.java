package org.staccato.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.staccato.LiveModel;
import org.staccato.storage.Storage;

/** Snapshots that were damaged, disks that fail and writers that are killed. */
class SnapshotFaultsTest extends SnapshotFixture {
  @Test
  void aSnapshotOfAnotherFormatIsRefusedInOneSentence() throws IOException {
    try (LiveModel live = LiveModel.open(model);
        UserStates users = new UserStates(live, new UserStatesOptions(200, EVENTS))) {
      users.writeSnapshot(file);
      List<byte[]> blocks = blocksOf(Files.readAllBytes(file));
      // The header of format 01, which had the kind of all keys in it, too.
      ByteBuffer header = ByteBuffer.allocate(SnapshotBlocks.FRAME + 84);
      header.order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(SnapshotBlocks.HEADER).putInt(84).putInt(0).putInt(0);
      header.put("STUSER01".getBytes(StandardCharsets.US_ASCII)).putInt(EVENTS).clear();
      header.putInt(SnapshotBlocks.CHECKSUM, SnapshotWriter.checksum(new CRC32C(), header));
      blocks.set(0, header.array());
      Files.write(file, joined(blocks));
      SnapshotRejectedException e =
          assertThrows(
              SnapshotRejectedException.class,
              () -> UserStates.restore(file, live, new UserStatesOptions(200, EVENTS)));
      assertEquals(
          file
              + ": header: found a snapshot of format 01, expected format 02,"
              + " the only one that this version of Staccato reads",
          e.getMessage());
    }
  }

  @Test
  void aDamagedFileIsRejectedWhereverTheDamageIs() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (LiveModel live = LiveModel.open(model);
        UserStates users = new UserStates(live, new UserStatesOptions(200, EVENTS))) {
      fill(users, 150);
      users.writeSnapshot(file);
      byte[] whole = Files.readAllBytes(file);
      for (int position = 0; position < whole.length; position += 1 + random.nextInt(150)) {
        byte[] damaged = whole.clone();
        damaged[position] ^= (byte) (1 << random.nextInt(8));
        assertRejected(live, damaged, "seed " + seed + ", byte " + position);
      }
      for (int length = 0; length < whole.length; length += 1 + random.nextInt(150)) {
        assertRejected(live, Arrays.copyOf(whole, length), "seed " + seed + ", length " + length);
      }
      assertRejected(live, Arrays.copyOf(whole, whole.length + 1), "one byte more");
      assertRejected(live, Files.readAllBytes(model), "another file");
    }
  }

  @Test
  void blocksThatAreMissingSwappedOrRepeatedAreNoticed() throws IOException {
    long[] keys = Models.keys(0, 300_000);
    Path large = Models.write(folder.resolve("large"), 1, 1, keys);
    try (LiveModel live = LiveModel.open(large);
        UserStates users = new UserStates(live, new UserStatesOptions(200, EVENTS))) {
      fill(users, 150);
      users.writeSnapshot(file);
      List<byte[]> blocks = blocksOf(Files.readAllBytes(file));
      assertTrue(blocks.size() >= 6, blocks.size() + " blocks");
      for (int i = 0; i < blocks.size(); i++) {
        List<byte[]> missing = new ArrayList<>(blocks);
        missing.remove(i);
        assertRejected(live, joined(missing), "without block " + i);
        List<byte[]> repeated = new ArrayList<>(blocks);
        repeated.add(i, blocks.get(i));
        assertRejected(live, joined(repeated), "block " + i + " twice");
        if (i > 0) {
          List<byte[]> swapped = new ArrayList<>(blocks);
          Collections.swap(swapped, i - 1, i);
          assertRejected(live, joined(swapped), "block " + i + " before its time");
        }
      }
    }
  }

  private static List<byte[]> blocksOf(byte[] whole) {
    ByteBuffer bytes = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> blocks = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] block = new byte[SnapshotBlocks.FRAME + bytes.getInt(bytes.position() + 4)];
      bytes.get(block);
      blocks.add(block);
    }
    return blocks;
  }

  private static byte[] joined(List<byte[]> blocks) {
    ByteBuffer whole = ByteBuffer.allocate(blocks.stream().mapToInt(block -> block.length).sum());
    blocks.forEach(whole::put);
    return whole.array();
  }

  private void assertRejected(LiveModel live, byte[] bytes, String what) throws IOException {
    Path damaged = Files.write(folder.resolve("damaged"), bytes);
    SnapshotRejectedException e =
        assertThrows(
            SnapshotRejectedException.class,
            () -> UserStates.restore(damaged, live, new UserStatesOptions(200, EVENTS)),
            what);
    assertTrue(String.valueOf(e.getMessage()).startsWith(damaged + ": "), e.getMessage());
  }

  /** Fails at one operation. */
  private static final class Failing implements Storage {
    private final int at;
    private int operations;

    Failing(int at) {
      this.at = at;
    }

    private void count() throws IOException {
      if (operations++ == at) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public FileChannel create(Path path) throws IOException {
      count();
      return Storage.super.create(path);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
      count();
      Storage.super.write(channel, bytes, position);
    }

    @Override
    public void force(FileChannel channel) throws IOException {
      count();
      Storage.super.force(channel);
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
      count();
      Storage.super.replace(from, to);
    }

    @Override
    public void forceFolder(Path path) throws IOException {
      count();
      Storage.super.forceFolder(path);
    }
  }

  @Test
  void whicheverOperationFailsTheLastSnapshotStays() throws IOException {
    try (LiveModel live = LiveModel.open(model);
        UserStates users = new UserStates(live, new UserStatesOptions(200, EVENTS))) {
      fill(users, 100);
      users.writeSnapshot(file);
      fill(users, 150);
      boolean failed = true;
      int operations = 0;
      for (; failed; operations++) {
        Failing storage = new Failing(operations);
        try {
          users.writeSnapshot(file, storage);
          failed = false;
        } catch (IOException e) {
          assertTrue(
              String.valueOf(e.getMessage()).contains("No space left on device"), e.getMessage());
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
  void whatAKilledWriterLeftIsDeletedAndNothingElse() throws IOException {
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
  void aKilledWriterLosesWhatCameAfterItsLastSnapshot() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (LiveModel live = LiveModel.open(model)) {
      for (int trial = 0; trial < 4; trial++) {
        Path announced = Files.createTempFile(folder, "announced", null);
        Process process =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    SnapshotLoop.class.getName(),
                    model.toString(),
                    file.toString())
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
          // What was announced is there; the next one may be complete and not announced.
          assertTrue(generation == last || generation == last + 1, "seed " + seed);
        }
        Files.delete(file);
      }
    }
  }
}
