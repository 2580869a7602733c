package org.staccato.load.openloop;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Binds threads to cores with {@code sched_setaffinity} of Linux, which Java does not offer. */
final class CoreAffinity {
  private static final int CORES = 1024;

  private CoreAffinity() {}

  /**
   * Binds the calling thread to a core. The JVM needs {@code --enable-native-access=ALL-UNNAMED}.
   *
   * @param core the number of the core
   * @throws IllegalArgumentException if there is no such core
   * @throws UnsupportedOperationException if the system has no such function
   */
  @SuppressWarnings("restricted") // Only the system has a function for this.
  static void bind(int core) {
    if (core < 0 || core >= CORES) {
      throw new IllegalArgumentException("core: found " + core + ", expected 0 to " + (CORES - 1));
    }
    Linker linker = Linker.nativeLinker();
    MemorySegment function =
        linker
            .defaultLookup()
            .find("sched_setaffinity")
            .orElseThrow(
                () -> new UnsupportedOperationException("threads can be bound on Linux only"));
    MethodHandle setAffinity =
        linker.downcallHandle(
            function,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(CORES / Byte.SIZE, Long.BYTES);
      mask.set(ValueLayout.JAVA_BYTE, core / Byte.SIZE, (byte) (1 << core % Byte.SIZE));
      // Thread 0 is the calling thread.
      int result = (int) setAffinity.invokeExact(0, mask.byteSize(), mask);
      if (result != 0) {
        throw new IllegalArgumentException("core " + core + ": the system has none, or forbids it");
      }
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("sched_setaffinity: " + e.getMessage(), e);
    }
  }
}
