package org.staccato.users.table;

/** The eight bytes by which a slot names the version that its state is of. */
public final class VersionTag {

  /** The tag of a slot without a state. */
  public static final long NONE = 0;

  private VersionTag() {}

  /**
   * Returns the tag of a version: the first 63 bits of its digest, and never {@link #NONE}.
   *
   * @param digest the digest of the version, in hexadecimal digits
   * @return its tag
   */
  public static long of(String digest) {
    return Math.max(1, Long.parseUnsignedLong(digest, 0, 16, 16) >>> 1);
  }
}
