/** The trainer: turns logs of behaviour into a weight file for the core, and measures it. */
module org.staccato.trainer {
  requires transitive org.staccato.core;
  requires com.fasterxml.jackson.core;
  requires de.siegmar.fastcsv;
  requires jdk.incubator.vector;
  requires static org.jspecify;

  exports org.staccato.trainer;
  exports org.staccato.trainer.baseline;
  exports org.staccato.trainer.evaluate;
  exports org.staccato.trainer.feature;
  exports org.staccato.trainer.learn;
  exports org.staccato.trainer.log;
  exports org.staccato.trainer.report;
  exports org.staccato.trainer.sequence;
  exports org.staccato.trainer.shop;
}
