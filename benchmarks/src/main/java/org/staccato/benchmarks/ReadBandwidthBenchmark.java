package org.staccato.benchmarks;

import static jdk.incubator.vector.IntVector.fromMemorySegment;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.staccato.memory.FileMemory;

/**
 * Only reads the bytes that a ranking reads, in ascending order from a mapped file: the lower bound
 * of the time of a ranking by exact scores. Sums integers, so that no bit pattern is slower than
 * another.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReadBandwidthBenchmark {
  private static final VectorSpecies<Integer> INTEGERS = IntVector.SPECIES_PREFERRED;
  private static final long VECTOR = INTEGERS.vectorByteSize();

  /**
   * Sixteen cache lines if a vector fills a line; file sizes are rounded up to a multiple of it.
   */
  private static final long ITERATION = 16 * VECTOR;

  /** The bytes of one call of the loop; many calls, as in a ranking, let C2 compile it early. */
  private static final long PIECE = 1 << 16;

  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

  /** The number of items: that of MovieLens 1M, of a shop, of a marketplace. */
  @Param({"1024", "3416", "10000", "100000", "1000000"})
  int items;

  /** The number of hidden units. */
  @Param("64")
  int size;

  /**
   * The bytes of a weight; the first is that of single precision, which a ranking without this
   * parameter has.
   */
  @Param({"4", "2", "1"})
  int bytes;

  private Path path;
  private FileMemory memory;
  private MemorySegment segment;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public ReadBandwidthBenchmark() {}

  /**
   * Maps a file of random bytes.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    path = Files.createTempFile("staccato-benchmark-", ".bytes");
    path.toFile().deleteOnExit(); // Also if the set-up fails half-way.
    long iterations = Math.ceilDiv((long) items * size * bytes, ITERATION);
    Random random = new Random(1);
    byte[] some = new byte[(int) ITERATION];
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      for (long i = 0; i < iterations; i++) {
        random.nextBytes(some);
        channel.write(ByteBuffer.wrap(some));
      }
    }
    memory = FileMemory.map(path);
    segment = memory.segment();
  }

  /**
   * Unmaps and deletes the file.
   *
   * @throws IOException if it cannot be deleted
   */
  @TearDown
  public void close() throws IOException {
    memory.close();
    Files.delete(path);
  }

  MemorySegment segment() {
    return segment;
  }

  /**
   * Reads all bytes once.
   *
   * @return the sum of all 32-bit integers
   */
  @Benchmark
  @Fork(
      value = 2,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
  public int read() {
    int sum = 0;
    long to;
    for (long from = 0; from != segment.byteSize(); from = to) {
      to = Math.min(from + PIECE, segment.byteSize());
      sum += sum(segment, from, to);
    }
    return sum;
  }

  /** Adds sixteen vectors per iteration to eight sums; not a counted loop, as in the kernels. */
  private static int sum(MemorySegment bytes, long from, long to) {
    IntVector a0 = IntVector.zero(INTEGERS);
    IntVector a1 = a0;
    IntVector a2 = a0;
    IntVector a3 = a0;
    IntVector a4 = a0;
    IntVector a5 = a0;
    IntVector a6 = a0;
    IntVector a7 = a0;
    long at = from;
    while (at != to) {
      a0 = a0.add(fromMemorySegment(INTEGERS, bytes, at, LITTLE));
      a1 = a1.add(fromMemorySegment(INTEGERS, bytes, at + VECTOR, LITTLE));
      a2 = a2.add(fromMemorySegment(INTEGERS, bytes, at + 2 * VECTOR, LITTLE));
      a3 = a3.add(fromMemorySegment(INTEGERS, bytes, at + 3 * VECTOR, LITTLE));
      a4 = a4.add(fromMemorySegment(INTEGERS, bytes, at + 4 * VECTOR, LITTLE));
      a5 = a5.add(fromMemorySegment(INTEGERS, bytes, at + 5 * VECTOR, LITTLE));
      a6 = a6.add(fromMemorySegment(INTEGERS, bytes, at + 6 * VECTOR, LITTLE));
      a7 = a7.add(fromMemorySegment(INTEGERS, bytes, at + 7 * VECTOR, LITTLE));
      a0 = a0.add(fromMemorySegment(INTEGERS, bytes, at + 8 * VECTOR, LITTLE));
      a1 = a1.add(fromMemorySegment(INTEGERS, bytes, at + 9 * VECTOR, LITTLE));
      a2 = a2.add(fromMemorySegment(INTEGERS, bytes, at + 10 * VECTOR, LITTLE));
      a3 = a3.add(fromMemorySegment(INTEGERS, bytes, at + 11 * VECTOR, LITTLE));
      a4 = a4.add(fromMemorySegment(INTEGERS, bytes, at + 12 * VECTOR, LITTLE));
      a5 = a5.add(fromMemorySegment(INTEGERS, bytes, at + 13 * VECTOR, LITTLE));
      a6 = a6.add(fromMemorySegment(INTEGERS, bytes, at + 14 * VECTOR, LITTLE));
      a7 = a7.add(fromMemorySegment(INTEGERS, bytes, at + 15 * VECTOR, LITTLE));
      at += ITERATION;
    }
    a0 = a0.add(a1).add(a2.add(a3)).add(a4.add(a5).add(a6.add(a7)));
    return a0.reduceLanes(VectorOperators.ADD);
  }
}
