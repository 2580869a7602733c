/** A service with a model inside. */
module embedding {
  requires org.staccato.serving;
  requires org.staccato.trainer;
}
