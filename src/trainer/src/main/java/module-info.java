/** The trainer: logs of what people did become a weight file for the core, measured on the way. */
module org.staccato.trainer {
  requires transitive org.staccato.core;
  requires com.fasterxml.jackson.core;
  requires de.siegmar.fastcsv;
  requires jdk.incubator.vector;
  requires static org.jspecify;

  exports org.staccato.trainer;
  exports org.staccato.trainer.baseline;
  exports org.staccato.trainer.evaluate;
  exports org.staccato.trainer.learn;
  exports org.staccato.trainer.log;
  exports org.staccato.trainer.report;
  exports org.staccato.trainer.sequence;
  exports org.staccato.trainer.shop;
}
