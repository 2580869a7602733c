package org.staccato.trainer.sequence;

/** What was read, kept and left out while a log was prepared. */
public record PreparationReport() {}
