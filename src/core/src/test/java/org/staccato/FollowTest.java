package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.CraftedFile;
import org.staccato.format.LoadMode;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.WeightFile;
import org.staccato.live.FollowOptions;
import org.staccato.live.LiveListener;
import org.staccato.live.ModelVersion;
import org.staccato.live.Rejection;
import org.staccato.network.ModelSpecification.Activation;
import org.staccato.network.ModelSpecification.Cell;

/**
 * A followed file and what can happen to it, while a thread scores all the time: each answer is
 * that of a version that was published, bit by bit, and in the end nothing is left.
 */
class FollowTest {
  private static final int ITEMS = 300;
  private static final FollowOptions QUICK =
      new FollowOptions(
          LoadMode.COPY, Duration.ofMillis(50), Duration.ofMillis(5), Duration.ofMillis(200));

  @TempDir Path folder;
  private Path shelf;
  private Path a;
  private Path b;
  private Path served;
  private float[] answerA;
  private float[] answerB;
  private LiveModel live;
  private Load load;

  @BeforeEach
  void serveTheFirstVersion() throws IOException {
    shelf = Files.createDirectory(folder.resolve("shelf"));
    a = ModelFiles.random(shelf, 1, ITEMS, 8, 33);
    b = ModelFiles.random(shelf, 2, ITEMS, 8, 33);
    served = folder.resolve("served.safetensors");
    answerA = answerOf(a);
    answerB = answerOf(b);
    Files.copy(a, served);
    live = LiveModel.follow(served, QUICK);
    load = new Load(live);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    assertEquals(List.of(), load.stop());
    live.close();
    assertEquals(0, live.gauges().bytes());
    assertEquals(0, live.gauges().versions());
    String maps = Files.readString(Path.of("/proc/self/maps"));
    assertTrue(!maps.contains(folder.toString()), "no mapping is left");
    try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
      assertEquals(
          0, handles.filter(handle -> target(handle).startsWith(folder.toString())).count());
    }
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().equals("staccato-follower")),
        "no thread is left");
  }

  private static String target(Path handle) {
    try {
      return Files.readSymbolicLink(handle).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  /** A thread that scores until it is stopped, and remembers the first thing that went wrong. */
  private final class Load {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Throwable> wrong = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread;

    Load(LiveModel model) {
      Scorer scorer = model.newScorer();
      thread = new Thread(() -> run(scorer));
      thread.start();
    }

    private void run(Scorer scorer) {
      try {
        while (!stop.get()) {
          scorer.acquire();
          try {
            float[] scores = scores(scorer);
            if (scores.length == ITEMS) {
              assertTrue(
                  Arrays.equals(answerA, scores) || Arrays.equals(answerB, scores),
                  "an answer of neither version");
            }
          } finally {
            scorer.release();
          }
        }
      } catch (Throwable e) {
        wrong.add(e);
      }
    }

    List<Throwable> stop() throws InterruptedException {
      stop.set(true);
      thread.join();
      return wrong;
    }
  }

  private static float[] answerOf(Path path) throws IOException {
    try (LiveModel model = LiveModel.open(path)) {
      Scorer scorer = model.newScorer();
      scorer.acquire();
      return scores(scorer);
    }
  }

  private static float[] scores(Scorer scorer) {
    UserState user = scorer.newState();
    int items = scorer.items().size();
    scorer.step(user, 3);
    scorer.step(user, items - 1);
    float[] scores = new float[items];
    scorer.scores(user, scores);
    return scores;
  }

  /** What a publisher does: writes beside, then renames. */
  private void publish(Path version) throws IOException {
    Path beside =
        Files.copy(version, folder.resolve(".beside"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(beside, served, StandardCopyOption.ATOMIC_MOVE);
  }

  private void publishBytes(byte[] bytes) throws IOException {
    Path beside = Files.write(folder.resolve(".beside"), bytes);
    Files.move(beside, served, StandardCopyOption.ATOMIC_MOVE);
  }

  private void awaitServed(Path version) throws Exception {
    String digest = digestOf(version);
    await(() -> live.digest().equals(digest));
  }

  private static String digestOf(Path version) throws IOException {
    try (var file = WeightFile.open(version)) {
      return file.digest();
    }
  }

  private Rejection awaitRejection() throws Exception {
    await(() -> live.lastRejection().isPresent());
    return live.lastRejection().orElseThrow();
  }

  private void assertGoesOn() throws Exception {
    assertEquals(digestOf(a), live.digest(), "the last good version serves");
    publish(b);
    awaitServed(b);
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < deadline, "within a minute");
      Thread.sleep(2);
    }
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
    assertEquals(digestOf(a), live.digest());
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
    CraftedFile.overwrite(wrong, "golden.scores", 0, CraftedFile.littleEndian(0x42000000));
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
    Path other = ModelFiles.random(shelf, Cell.GRU, 3, 2 * ITEMS, 5, 17, 40);
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
    assertEquals(digestOf(a), live.digest());
    Path next = ModelFiles.random(shelf, 5, 2 * ITEMS, 8, 33);
    publish(next);
    awaitServed(next);
  }

  @Test
  void aPinnedVersionStaysUntilItIsUnpinned() throws Exception {
    live.pin();
    publish(b);
    Thread.sleep(300);
    assertEquals(digestOf(a), live.digest());
    live.unpin();
    awaitServed(b);
  }

  @Test
  void ofAFolderTheNewestWeightFileIsServed() throws Exception {
    Path models = Files.createDirectory(folder.resolve("models"));
    assertThrows(NoSuchFileException.class, () -> LiveModel.follow(models, QUICK));
    Files.copy(a, models.resolve("1.safetensors"));
    Files.setLastModifiedTime(models.resolve("1.safetensors"), FileTime.fromMillis(1));
    try (LiveModel followed = LiveModel.follow(models, QUICK)) {
      Files.write(models.resolve(".2.safetensors"), new byte[10]);
      Files.write(models.resolve("2.safetensors.tmp"), new byte[10]);
      Files.copy(b, models.resolve("2.safetensors"));
      String digest = digestOf(b);
      await(() -> followed.digest().equals(digest));
      assertEquals(0, followed.gauges().rejected());
    }
  }

  @Test
  void aVersionTooLargeForTheAddressSpaceIsRejected() throws Exception {
    Path shell = Path.of("/bin/bash");
    assumeTrue(Files.isExecutable(shell), "a shell must limit the address space");
    Path huge = folder.resolve("huge");
    try (FileChannel channel =
        FileChannel.open(huge, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Sparse: it takes no room on the disk.
      channel.write(ByteBuffer.allocate(1), 16L << 30);
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                shell.toString(),
                "-c",
                "ulimit -v 8388608; exec \"$@\"",
                "limited",
                java,
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                TooLarge.class.getName(),
                a.toString(),
                huge.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.contains("too little native memory"), output);
    assertTrue(output.contains("Map failed"), output);
  }

  /** Serves one version, mapped and copied, and is given another that does not fit. */
  static final class TooLarge {
    private TooLarge() {}

    public static void main(String[] arguments) throws IOException {
      for (LoadMode mode : LoadMode.values()) {
        try (LiveModel model = LiveModel.open(Path.of(arguments[0]), mode)) {
          try {
            model.publish(Path.of(arguments[1]));
            System.exit(4);
          } catch (IOException e) {
            System.out.println(model.lastRejection().orElseThrow().reason());
          }
          Scorer scorer = model.newScorer();
          scorer.step(scorer.newState(), 3);
        }
      }
    }
  }

  private static Reason reasonOf(Rejection rejection) {
    return ((ModelRejectedException) rejection.cause()).reason();
  }
}
