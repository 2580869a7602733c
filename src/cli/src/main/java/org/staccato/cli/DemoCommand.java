package org.staccato.cli;

@picocli.CommandLine.Command(name = "demo")
final class DemoCommand extends Verb {
  DemoCommand(Console c) {
    super(c);
  }

  @Override
  void run() {}
}
