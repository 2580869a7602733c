package org.staccato.testkit;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The machine's disk, one of whose operations fails: code that is given a {@link #path} of it reads
 * the real files, until the operation comes whose turn it is. Operations are what may fail on a
 * disk: to look at attributes, to list a folder, to open, measure, read, map and close a file.
 * Reads are short, as reads may be, so that a small file takes many.
 *
 * <p>Nothing is written through it, and it gives no notices, as network file systems do not.
 * Thread-safe.
 */
public final class FailingDisk {
  private static final int LONGEST_READ = 8192;

  private final FileSystem real;
  private final FileSystem system = new DiskSystem();
  private final FileSystemProvider provider = new DiskProvider();
  private final List<String> operations = new ArrayList<>();
  private long failing;
  private Function<String, ? extends IOException> failure = IOException::new;
  private boolean failed;

  /** A disk that does not fail yet. */
  public FailingDisk(FileSystem real) {
    this.real = real;
  }

  /** The same file on this disk. */
  public Path path(Path file) {
    return (Path)
        Proxy.newProxyInstance(
            Path.class.getClassLoader(), new Class<?>[] {Path.class}, new DiskPath(file));
  }

  /**
   * Counts from now on, and lets one operation fail.
   *
   * @param operation the number of the operation, from 1 on
   * @param failure makes the exception of a message, which names the operation
   */
  public synchronized void failAt(long operation, Function<String, ? extends IOException> failure) {
    operations.clear();
    this.failing = operation;
    this.failure = failure;
    failed = false;
  }

  /** Lets no operation fail from now on. */
  public synchronized void repair() {
    failing = 0;
  }

  /** {@return whether the operation came that was to fail} */
  public synchronized boolean hasFailed() {
    return failed;
  }

  /** {@return the operations since the last {@link #failAt}, in their order} */
  public synchronized List<String> operations() {
    return List.copyOf(operations);
  }

  private synchronized void operation(String name) throws IOException {
    operations.add(name);
    if (operations.size() == failing) {
      failed = true;
      throw failure.apply("injected into operation " + failing + ", " + name);
    }
  }

  private static Path real(Path path) {
    return Proxy.isProxyClass(path.getClass())
            && Proxy.getInvocationHandler(path) instanceof DiskPath disk
        ? disk.real
        : path;
  }

  /** What a path of the disk does: what the real one does, with paths of the disk. */
  private final class DiskPath implements InvocationHandler {
    private final Path real;

    DiskPath(Path real) {
      this.real = real;
    }

    @Override
    public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
      if (method.getName().equals("getFileSystem")) {
        return system;
      }
      Object[] others = arguments == null ? new Object[0] : arguments.clone();
      for (int i = 0; i < others.length; i++) {
        if (others[i] instanceof Path path) {
          others[i] = real(path);
        }
      }
      try {
        Object result = method.invoke(real, others);
        return result instanceof Path path ? path(path) : result;
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }

  private final class DiskSystem extends FileSystem {
    @Override
    public FileSystemProvider provider() {
      return provider;
    }

    @Override
    public WatchService newWatchService() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isReadOnly() {
      return true;
    }

    @Override
    public String getSeparator() {
      return real.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
      return List.of(path(Path.of("/")));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
      return real.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
      return Set.of("basic");
    }

    @Override
    public Path getPath(String first, String... more) {
      return path(real.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
      PathMatcher matcher = real.getPathMatcher(pattern);
      return path -> matcher.matches(real(path));
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
      throw new UnsupportedOperationException();
    }
  }

  private final class DiskProvider extends FileSystemProvider {
    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      operation("access");
      real.provider().checkAccess(real(path), modes);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      operation("attributes");
      return real.provider().readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
        throws IOException {
      operation("attributes");
      return real.provider().readAttributes(real(path), names, options);
    }

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      operation("open");
      return new DiskChannel(real.provider().newFileChannel(real(path), options, attributes));
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
      operation("list");
      return new DiskFolder(
          real.provider().newDirectoryStream(real(folder), file -> filter.accept(path(file))));
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
      operation("attributes");
      return real.provider().isSameFile(real(path), real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      operation("attributes");
      return real.provider().isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return real.provider().getFileStore(real(path));
    }

    @Override
    public String getScheme() {
      return "failing";
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      return system;
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void delete(Path path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) {
      throw new UnsupportedOperationException();
    }
  }

  private final class DiskFolder implements DirectoryStream<Path> {
    private final DirectoryStream<Path> real;

    DiskFolder(DirectoryStream<Path> real) {
      this.real = real;
    }

    @Override
    public Iterator<Path> iterator() {
      Iterator<Path> files = real.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          try {
            operation("next file");
          } catch (IOException e) {
            throw new DirectoryIteratorException(e);
          }
          return files.hasNext();
        }

        @Override
        public Path next() {
          return path(files.next());
        }
      };
    }

    @Override
    public void close() throws IOException {
      real.close();
      operation("close");
    }
  }

  private final class DiskChannel extends FileChannel {
    private final FileChannel real;

    DiskChannel(FileChannel real) {
      this.real = real;
    }

    @Override
    public long size() throws IOException {
      operation("size");
      return real.size();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      operation("read");
      return real.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
      operation("read");
      return real.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      operation("read");
      ByteBuffer start = target.slice();
      start.limit(Math.min(LONGEST_READ, start.remaining()));
      int count = real.read(start, position);
      target.position(target.position() + Math.max(0, count));
      return count;
    }

    @Override
    public MemorySegment map(MapMode mode, long offset, long size, Arena arena) throws IOException {
      operation("map");
      return real.map(mode, offset, size, arena);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
      operation("map");
      return real.map(mode, position, size);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      // As the system does: whatever it says, the handle is closed.
      real.close();
      operation("close");
    }

    @Override
    public long position() throws IOException {
      return real.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      real.position(position);
      return this;
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
        throws IOException {
      operation("read");
      return real.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void force(boolean metadata) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }
  }
}
