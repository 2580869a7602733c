/** The users beside a live model: their last events and states, across versions and restarts. */
@SuppressWarnings("requires-automatic") // Agrona states its module's name, but has no descriptor.
module org.staccato.serving {
  requires transitive org.staccato.core;
  requires org.agrona;
  requires static org.jspecify;

  exports org.staccato.serving;
}
