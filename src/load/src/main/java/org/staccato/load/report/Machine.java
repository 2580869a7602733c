package org.staccato.load.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Describes the machine and the JDK of a measurement. */
public final class Machine {
  private static final Path CPU = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** {@return one line: processor, cores, operating system, JDK} */
  public static String describe() {
    return String.join(
        ", ",
        processor(),
        Runtime.getRuntime().availableProcessors() + " cores",
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"));
  }

  private static String processor() {
    try {
      List<String> lines = Files.readAllLines(CPU);
      String registers =
          lines.stream().anyMatch(l -> l.contains(" avx512f "))
              ? " (AVX-512)"
              : lines.stream().anyMatch(l -> l.contains(" avx2 ")) ? " (AVX2)" : "";
      return lines.stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 2) + registers)
          .findFirst()
          .orElse("unknown processor");
    } catch (IOException absentOutsideLinux) {
      return "unknown processor";
    }
  }
}
