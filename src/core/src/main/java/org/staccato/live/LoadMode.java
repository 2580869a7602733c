package org.staccato.live;

/** The ways to load a weight file into memory. */
public enum LoadMode {
  /**
   * Maps the file: opening is quick, processes share the pages, and the system reads a dropped page
   * again on its next use. If a mapped file is shortened in place, calls that read the lost pages
   * throw {@link InternalError}. Replace such files by renaming only.
   */
  MAP,

  /**
   * Copies the file into native memory: reads cause no page faults afterwards, and later changes of
   * the file have no effect.
   */
  COPY
}
