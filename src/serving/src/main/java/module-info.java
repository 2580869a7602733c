/** The users of a live model: their last events and states, across versions and restarts. */
@SuppressWarnings("requires-automatic") // Agrona's jar names its module, but has no descriptor.
module org.staccato.serving {
  requires transitive org.staccato.core;
  requires org.agrona;
  requires static org.jspecify;

  exports org.staccato.snapshot;
  exports org.staccato.users;
}
