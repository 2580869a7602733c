package org.staccato.load.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** A fault of a file that a live model follows. */
public enum Fault {
  /** A copy that ended in the middle. */
  TRUNCATED {
    @Override
    void happen(Path followed, byte[] good) throws IOException {
      replace(followed, Arrays.copyOf(good, good.length / 2));
    }
  },
  /** Random bytes. */
  GARBAGE {
    @Override
    void happen(Path followed, byte[] good) throws IOException {
      byte[] bytes = new byte[good.length];
      new Random(1).nextBytes(bytes);
      replace(followed, bytes);
    }
  },
  /** A weight file with one wrong bit. */
  FLIPPED_BIT {
    @Override
    void happen(Path followed, byte[] good) throws IOException {
      byte[] bytes = good.clone();
      bytes[bytes.length / 3 * 2] ^= 0x10;
      replace(followed, bytes);
    }
  },
  /** A missing file. */
  DELETED {
    @Override
    void happen(Path followed, byte[] good) throws IOException {
      Files.deleteIfExists(followed);
    }
  },
  /** A folder where the file was. */
  FOLDER {
    @Override
    void happen(Path followed, byte[] good) throws IOException {
      Files.deleteIfExists(followed);
      Files.createDirectory(followed);
    }
  },
  /** The same good file, replaced repeatedly while it is being loaded. */
  REPEATED {
    @Override
    void happen(Path followed, byte[] good) throws IOException {
      for (int i = 0; i < 5; i++) {
        replace(followed, good);
      }
    }
  };

  /** {@return the name of the fault in a report} */
  String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /**
   * Causes the fault.
   *
   * @param followed the path that is followed
   * @param good the bytes of a good weight file
   * @throws IOException if a file cannot be written
   */
  abstract void happen(Path followed, byte[] good) throws IOException;

  /** Makes room for the next good file, because no rename replaces a folder with a file. */
  static void repair(Path followed) throws IOException {
    if (Files.isDirectory(followed)) {
      Files.delete(followed);
    }
  }

  private static void replace(Path followed, byte[] bytes) throws IOException {
    Path beside = followed.resolveSibling("." + followed.getFileName() + ".fault");
    Files.write(beside, bytes);
    Files.move(
        beside, followed, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
