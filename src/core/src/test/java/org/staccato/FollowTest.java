package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.staccato.VersionsUnderLoad.ITEMS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.VersionsUnderLoad.Load;
import org.staccato.format.CraftedFile;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.live.FollowOptions;
import org.staccato.live.LiveListener;
import org.staccato.live.LoadMode;
import org.staccato.live.ModelVersion;
import org.staccato.live.OpenOptions;
import org.staccato.live.Rejection;
import org.staccato.model.Activation;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ModelFiles;

/**
 * A followed file and the events that can befall it, while a thread scores all the time. Each
 * answer is that of a published version, bit by bit, and at the end no resource is left.
 */
class FollowTest {
  private static final OpenOptions QUICK =
      new OpenOptions(
          LoadMode.COPY,
          false,
          1,
          Optional.of(
              new FollowOptions(
                  Duration.ofMillis(50), Duration.ofMillis(5), Duration.ofMillis(200))));

  @TempDir Path folder;
  private VersionsUnderLoad versions;
  private Path shelf;
  private Path a;
  private Path b;
  private Path served;
  private LiveModel live;
  private Load load;

  @BeforeEach
  void serveTheFirstVersion() throws IOException {
    shelf = Files.createDirectory(folder.resolve("shelf"));
    versions = new VersionsUnderLoad(folder);
    a = versions.known(ModelFiles.random(shelf, 1, ITEMS, 8, 33));
    b = versions.known(ModelFiles.random(shelf, 2, ITEMS, 8, 33));
    served = folder.resolve("served.safetensors");
    Files.copy(a, served);
    live = LiveModel.open(served, QUICK);
    load = versions.load(live);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    load.close();
    live.close();
    versions.assertNothingIsLeft(live);
  }

  private void publish(Path version) throws IOException {
    VersionsUnderLoad.publish(version, served);
  }

  private void publishBytes(byte[] bytes) throws IOException {
    Path beside = Files.write(folder.resolve(".beside"), bytes);
    Files.move(beside, served, StandardCopyOption.ATOMIC_MOVE);
  }

  private void awaitServed(Path version) throws IOException {
    VersionsUnderLoad.awaitServed(live, version);
  }

  private Rejection awaitRejection() {
    return VersionsUnderLoad.awaitRejection(live);
  }

  private void assertGoesOn() throws Exception {
    assertEquals(
        VersionsUnderLoad.digest(a), live.version().digest(), "the last good version serves");
    publish(b);
    awaitServed(b);
  }

  @Test
  void whatIsRenamedOverTheFileIsServed() throws Exception {
    publish(b);
    awaitServed(b);
    publish(a);
    awaitServed(a);
    assertEquals(0, live.gauges().rejected());
  }

  @Test
  void tenVersionsASecondAreServedOrOvertaken() throws Exception {
    for (int i = 0; i < 20; i++) {
      publish(i % 2 == 0 ? b : a);
      Thread.sleep(100);
    }
    publish(b);
    awaitServed(b);
    assertEquals(0, live.gauges().rejected());
    assertTrue(live.gauges().versions() <= 3, live.gauges().toString());
  }

  @Test
  void aTruncatedFileIsRejectedForItsSize() throws Exception {
    byte[] whole = Files.readAllBytes(b);
    publishBytes(Arrays.copyOf(whole, whole.length - 64));
    assertEquals(Reason.FILE_SIZE, reasonOf(awaitRejection()));
    assertGoesOn();
  }

  @Test
  void theServedFileMayBeTruncatedInPlace() throws Exception {
    try (FileChannel channel = FileChannel.open(served, StandardOpenOption.WRITE)) {
      channel.truncate(100);
    }
    assertEquals(Reason.HEADER_TRUNCATED, reasonOf(awaitRejection()));
    assertGoesOn();
  }

  @Test
  void theServedFileMayBeOverwrittenInPlace() throws Exception {
    try (FileChannel channel = FileChannel.open(served, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1 << 12), Files.size(served) - (1 << 12));
    }
    assertEquals(Reason.DIGEST_MISMATCH, reasonOf(awaitRejection()));
    assertGoesOn();
  }

  @Test
  void theServedFileMayBeDeleted() throws Exception {
    Files.delete(served);
    Thread.sleep(200);
    assertEquals(0, live.gauges().rejected());
    assertGoesOn();
  }

  @Test
  void aFolderInItsPlaceIsRejected() throws Exception {
    Files.delete(served);
    Files.createDirectory(served);
    assertEquals(Reason.NOT_A_FILE, reasonOf(awaitRejection()));
    Files.delete(served);
    assertGoesOn();
  }

  @Test
  void aLinkIsFollowedAndALooseOneWaitedFor() throws Exception {
    Path link = folder.resolve(".link");
    Files.createSymbolicLink(link, folder.resolve("nowhere"));
    Files.move(link, served, StandardCopyOption.ATOMIC_MOVE);
    Thread.sleep(200);
    assertEquals(VersionsUnderLoad.digest(a), live.version().digest());
    Files.createSymbolicLink(link, b);
    Files.move(link, served, StandardCopyOption.ATOMIC_MOVE);
    awaitServed(b);
    // As Kubernetes does: the link at the path stays, the one behind it changes.
    Path data = folder.resolve("..data");
    Files.createSymbolicLink(data, b);
    Files.createSymbolicLink(link, data);
    Files.move(link, served, StandardCopyOption.ATOMIC_MOVE);
    Files.createSymbolicLink(link, a);
    Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
    awaitServed(a);
  }

  @Test
  void aFileThatMayNotBeReadIsTriedAgain() throws Exception {
    assumeTrue(!System.getProperty("user.name").equals("root"), "root may read everything");
    Path beside = Files.copy(b, folder.resolve(".beside"));
    Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("---------"));
    Files.move(beside, served, StandardCopyOption.ATOMIC_MOVE);
    assertTrue(awaitRejection().reason().contains("AccessDenied"), awaitRejection().reason());
    Files.setPosixFilePermissions(served, PosixFilePermissions.fromString("rw-r--r--"));
    awaitServed(b);
  }

  @Test
  void aFileThatGrowsIsServedOnceItIsComplete() throws Exception {
    byte[] whole = Files.readAllBytes(b);
    try (FileChannel channel =
        FileChannel.open(served, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      for (int from = 0; from < whole.length; from += whole.length / 5 + 1) {
        int length = Math.min(whole.length / 5 + 1, whole.length - from);
        channel.write(ByteBuffer.wrap(whole, from, length));
        Thread.sleep(40);
      }
    }
    awaitServed(b);
  }

  @Test
  void aVersionThatDoesNotReproduceItsSamplesIsRejected() throws Exception {
    Path wrong = Files.copy(b, shelf.resolve("wrong"));
    CraftedFile.overwrite(wrong, "golden.next.scores", 0, CraftedFile.littleEndian(0x42000000));
    publish(wrong);
    assertEquals(Reason.GOLDEN, reasonOf(awaitRejection()));
    assertGoesOn();
  }

  @Test
  void aModelThatPredictsIsRejected() throws Exception {
    publish(ModelFiles.prediction(shelf, Cell.LSTM, Activation.LINEAR, 4, 5, 1, 17));
    assertEquals(Reason.SPECIFICATION, reasonOf(awaitRejection()));
    assertGoesOn();
  }

  @Test
  void otherItemsSizesAndCellsAreServed() throws Exception {
    Path other = versions.known(ModelFiles.random(shelf, Cell.GRU, 3, 2 * ITEMS, 5, 17, 40));
    publish(other);
    awaitServed(other);
  }

  @Test
  void whatKeepsBeingWrongIsTriedEverMoreSeldom() throws Exception {
    AtomicInteger rejections = new AtomicInteger();
    live.addListener(
        new LiveListener() {
          @Override
          public void rejected(Rejection rejection) {
            rejections.incrementAndGet();
          }
        });
    int written = 0;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (System.nanoTime() < end) {
      publishBytes(("not a model " + written++).getBytes(StandardCharsets.UTF_8));
      Thread.sleep(10);
    }
    assertTrue(rejections.get() >= 2, rejections + " of " + written);
    assertTrue(rejections.get() <= 20, rejections + " of " + written);
    assertGoesOn();
  }

  @Test
  void theSameWrongFileIsTriedOnce() throws Exception {
    publishBytes(new byte[100]);
    awaitRejection();
    Thread.sleep(500);
    assertEquals(1, live.gauges().rejected());
  }

  @Test
  void aRolledBackVersionIsNotPickedUpAgain() throws Exception {
    publish(b);
    awaitServed(b);
    ModelVersion back = live.rollBack();
    assertEquals(1, back.number());
    Thread.sleep(300);
    assertEquals(VersionsUnderLoad.digest(a), live.version().digest());
    Path next = versions.known(ModelFiles.random(shelf, 5, 2 * ITEMS, 8, 33));
    publish(next);
    awaitServed(next);
  }

  @Test
  void aPinnedVersionStaysUntilItIsUnpinned() throws Exception {
    live.pin();
    publish(b);
    Thread.sleep(300);
    assertEquals(VersionsUnderLoad.digest(a), live.version().digest());
    live.unpin();
    awaitServed(b);
  }

  @Test
  void ofAFolderTheNewestWeightFileIsServed() throws Exception {
    Path models = Files.createDirectory(folder.resolve("models"));
    NoSuchFileException empty =
        assertThrows(NoSuchFileException.class, () -> LiveModel.open(models, QUICK));
    assertEquals(models + ": found no file *.safetensors in the folder", empty.getMessage());
    Files.copy(a, models.resolve("1.safetensors"));
    Files.setLastModifiedTime(models.resolve("1.safetensors"), FileTime.fromMillis(1));
    try (LiveModel followed = LiveModel.open(models, QUICK)) {
      Files.write(models.resolve(".2.safetensors"), new byte[10]);
      Files.write(models.resolve("2.safetensors.tmp"), new byte[10]);
      Files.copy(b, models.resolve("2.safetensors"));
      VersionsUnderLoad.awaitServed(followed, b);
      assertEquals(0, followed.gauges().rejected());
    }
  }

  private static Reason reasonOf(Rejection rejection) {
    return ((ModelRejectedException) rejection.cause()).reason();
  }
}
