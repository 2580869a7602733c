package org.staccato.cli;

/** What the command tells the process that started it. */
enum ExitCode {
  /** The verb did what it was asked. */
  DONE(0),
  /** Something failed that is neither of the user's command nor of the input. */
  FAILED(1),
  /** The command line is wrong. */
  USAGE(2),
  /** The input is wrong: a log, a weight file, a key, or a place to write that is none. */
  BAD_INPUT(3),
  /**
   * An interrupt has ended the verb. A JVM that a signal ends has 128 and the number of the signal:
   * 130 after Ctrl-C, 143 after SIGTERM.
   */
  INTERRUPTED(130);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
