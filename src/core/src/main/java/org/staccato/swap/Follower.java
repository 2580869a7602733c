package org.staccato.swap;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.live.FollowOptions;

/**
 * Watches a file, or the newest file of a folder, on a thread of its own, and publishes each new
 * version. It retries a rejected file only after the file has changed, and retries a file that
 * could not be read in any case. No failure ends it.
 */
public final class Follower implements AutoCloseable {

  /**
   * The end of the name of each weight file in a folder; names that start with a dot are ignored.
   */
  public static final String SUFFIX = ".safetensors";

  private static final Logger LOGGER = System.getLogger("org.staccato");
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);

  private static final Comparator<FileStamp> ORDER =
      Comparator.comparing(FileStamp::modified).thenComparing(stamp -> stamp.path.toString());

  /** Publishes a file, or throws; tells listeners of either. */
  public interface Target {

    /**
     * Publishes a file.
     *
     * @param path the file
     * @throws IOException if it is rejected
     */
    void publish(Path path) throws IOException;

    /** {@return whether to ignore new files} */
    boolean isPinned();
  }

  /** The attributes that distinguish a file from a later one at the same path. */
  private record FileStamp(Path path, @Nullable Object key, long size, FileTime modified) {

    static FileStamp of(Path path) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new FileStamp(
          path, attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    }
  }

  private final Path path;
  private final Path watched;
  private final FollowOptions options;
  private final Target target;
  private final FileStamp first;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private @Nullable WatchService service;
  private @Nullable WatchKey key;
  private FileStamp tried;
  private boolean retry;
  private int failures;

  /**
   * Finds the file to load first; does not watch before {@link #start}.
   *
   * @param path a file, or a folder
   * @param options the pauses and intervals
   * @param target publishes files
   * @throws NoSuchFileException if there is no such file, or no weight file in the folder
   * @throws IOException if the folder cannot be read
   */
  public Follower(Path path, FollowOptions options, Target target) throws IOException {
    this.path = path;
    this.options = options;
    this.target = target;
    boolean folder = WeightFile.attributes(path).isDirectory();
    this.watched = folder ? path : Objects.requireNonNull(path.toAbsolutePath().getParent());
    FileStamp found = folder ? newestOf(path) : FileStamp.of(path);
    if (found == null) {
      throw new NoSuchFileException(
          path.toAbsolutePath().toString(), null, "found no file *" + SUFFIX + " in the folder");
    }
    this.first = found;
    this.tried = found;
    this.thread = Thread.ofPlatform().daemon().name("staccato-follower").unstarted(this::run);
  }

  /** {@return the file to load first} */
  public Path first() {
    return first.path;
  }

  /** Starts to watch. */
  public void start() {
    thread.start();
  }

  private void run() {
    long notBefore = System.nanoTime();
    while (closed.getCount() > 0) {
      try {
        await(options.poll().toNanos());
        if (System.nanoTime() - notBefore >= 0 && !target.isPinned()) {
          if (look()) {
            notBefore = System.nanoTime() + backoff().toNanos();
          }
        }
      } catch (ClosedWatchServiceException e) {
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException | Error e) {
        LOGGER.log(Level.ERROR, path + ": cannot be followed at the moment: " + e, e);
        failures++;
        notBefore = System.nanoTime() + backoff().toNanos();
      }
    }
  }

  /** Publishes the newest file if it differs from the last one, and returns whether it tried. */
  private boolean look() throws InterruptedException {
    FileStamp found = newest();
    if (found == null || (found.equals(tried) && !retry)) {
      return false;
    }
    FileStamp settled = settle(found);
    if (settled == null) {
      return false;
    }
    tried = settled;
    // Retries unless the file itself is invalid: an error of the JVM may come in between.
    retry = true;
    try {
      target.publish(settled.path);
      failures = 0;
      retry = false;
    } catch (IOException e) {
      failures++;
      retry = !(e instanceof ModelRejectedException);
    }
    return true;
  }

  private Duration backoff() {
    if (failures == 0) {
      return Duration.ZERO;
    }
    Duration doubled = FIRST_BACKOFF.multipliedBy(1L << Math.min(failures - 1, 20));
    return doubled.compareTo(options.longestBackoff()) < 0 ? doubled : options.longestBackoff();
  }

  /** Waits until the newest file does not change any more. */
  private @Nullable FileStamp settle(FileStamp found) throws InterruptedException {
    FileStamp before = found;
    while (!closed.await(options.settle().toNanos(), TimeUnit.NANOSECONDS)) {
      FileStamp now = newest();
      if (now == null || now.equals(before)) {
        return now;
      }
      before = now;
    }
    return null;
  }

  private @Nullable FileStamp newest() {
    try {
      return watched.equals(path) ? newestOf(path) : FileStamp.of(path);
    } catch (IOException absent) {
      // Between two versions there may be no file for a moment.
      return null;
    }
  }

  private static @Nullable FileStamp newestOf(Path folder) throws IOException {
    FileStamp newest = null;
    IOException problem = null;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Follower::isWeightFile)) {
      for (Path file : files) {
        try {
          FileStamp found = FileStamp.of(file);
          newest = newest == null || ORDER.compare(found, newest) > 0 ? found : newest;
        } catch (IOException e) {
          // A file that was deleted meanwhile, or has no readable attributes, does not hide others.
          problem = e;
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (newest == null && problem != null) {
      throw problem;
    }
    return newest;
  }

  private static boolean isWeightFile(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(SUFFIX) && !name.startsWith(".");
  }

  /** Waits for a notice of the system, the end of a pause, or the close. */
  private void await(long nanos) throws InterruptedException {
    // After failures the next look is due when the pause ends.
    long limit = failures == 0 ? nanos : Math.min(nanos, Math.max(1, backoff().toNanos()));
    watch();
    WatchService own = service;
    if (own == null) {
      closed.await(limit, TimeUnit.NANOSECONDS);
      return;
    }
    WatchKey signalled = own.poll(limit, TimeUnit.NANOSECONDS);
    if (signalled != null) {
      signalled.pollEvents();
      signalled.reset();
    }
  }

  /**
   * Watches the folder, also if another folder has replaced it; without notices only polling
   * remains.
   */
  private void watch() {
    WatchKey own = key;
    if (own != null && own.isValid()) {
      return;
    }
    try {
      synchronized (this) {
        if (service == null && closed.getCount() > 0) {
          service = watched.getFileSystem().newWatchService();
        }
      }
      WatchService watcher = service;
      if (watcher != null) {
        key =
            watched.register(
                watcher,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOGGER.log(Level.DEBUG, watched + ": cannot be watched, is polled: " + e);
    }
  }

  /** Stops watching, after a load under way has finished; a second call does nothing. */
  @Override
  public void close() {
    closed.countDown();
    synchronized (this) {
      if (service != null) {
        try {
          service.close();
        } catch (IOException e) {
          LOGGER.log(Level.DEBUG, watched + ": " + e);
        }
      }
    }
    boolean interrupted = false;
    while (thread != Thread.currentThread() && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
