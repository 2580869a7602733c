package org.staccato.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A group of options that several verbs share. */
abstract class Arguments {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /** {@return an exception that reports a mistake in the command line} */
  final ParameterException wrongUsage(String sentence) {
    if (spec == null) {
      throw new IllegalStateException("the options do not belong to a command line");
    }
    return new ParameterException(spec.commandLine(), sentence);
  }
}
