/** What a service keeps beside a model: its users, what they did last, and what it makes of it. */
@NullMarked
package org.staccato.serving;

import org.jspecify.annotations.NullMarked;
