package org.staccato.load.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The resources of this process, as Linux counts them; −1 on a system without {@code /proc}.
 *
 * @param mappings the number of mappings of weight files
 * @param openFiles the number of open files
 * @param threads the number of threads
 * @param residentBytes the resident memory in bytes
 */
public record ProcessResources(long mappings, long openFiles, long threads, long residentBytes) {
  private static final Path SELF = Path.of("/proc/self");
  private static final ProcessResources UNKNOWN = new ProcessResources(-1, -1, -1, -1);

  /**
   * Counts the current resources.
   *
   * @param names the ends of the names of the weight files
   * @return the counts
   * @throws IOException if {@code /proc} cannot be read
   */
  public static ProcessResources now(List<String> names) throws IOException {
    if (!Files.isDirectory(SELF)) {
      return UNKNOWN;
    }
    long mappings;
    try (Stream<String> lines = Files.lines(SELF.resolve("maps"))) {
      // Linux appends a remark to the name of a file that was replaced.
      mappings =
          lines
              .map(line -> line.replace(" (deleted)", ""))
              .filter(line -> names.stream().anyMatch(line::endsWith))
              .count();
    }
    try (Stream<Path> open = Files.list(SELF.resolve("fd"))) {
      return new ProcessResources(
          mappings, open.count(), status("Threads:"), status("VmRSS:") * 1024);
    }
  }

  /**
   * Reads the resident memory of this process.
   *
   * @return the bytes, −1 if unknown
   * @throws IOException if {@code /proc} cannot be read
   */
  public static long resident() throws IOException {
    return Files.isDirectory(SELF) ? status("VmRSS:") * 1024 : -1;
  }

  private static long status(String field) throws IOException {
    try (Stream<String> lines = Files.lines(SELF.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(-1);
    }
  }
}
