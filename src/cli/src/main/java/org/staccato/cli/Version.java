package org.staccato.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this copy of Staccato. */
final class Version implements IVersionProvider {
  private static final String RESOURCE = "build.properties";

  Version() {}

  /** {@return the version as the build names it} */
  static String number() {
    Properties properties = new Properties();
    try (InputStream resource = Version.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException("the resource " + RESOURCE + " is missing");
      }
      properties.load(resource);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  /** {@return the running JDK, with its vendor} */
  static String jdk() {
    return Runtime.version() + " (" + System.getProperty("java.vm.vendor") + ")";
  }

  /** {@return the operating system and the processor architecture} */
  static String system() {
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }

  /** {@return one line with the facts that a bug report needs} */
  static String line() {
    return "staccato " + number() + "  JDK " + jdk() + "  " + system();
  }

  @Override
  public String[] getVersion() {
    return new String[] {line()};
  }
}
