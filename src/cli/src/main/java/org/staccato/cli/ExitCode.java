package org.staccato.cli;

/** The exit codes of the command. */
enum ExitCode {
  /** The verb succeeded. */
  DONE(0),
  /** Something failed for a reason other than the command line and the input. */
  FAILED(1),
  /** The command line is wrong. */
  USAGE(2),
  /** The input is wrong: a log, a weight file, a key, or a path that cannot be written to. */
  BAD_INPUT(3),
  /**
   * An interrupt ended the verb. A JVM that a signal ends exits with 128 plus the number of the
   * signal: 130 after Ctrl-C, 143 after SIGTERM.
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
