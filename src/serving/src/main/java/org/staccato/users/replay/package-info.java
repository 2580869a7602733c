/** How states follow events: steps, replays on another version, and rebuilds ahead of requests. */
@NullMarked
package org.staccato.users.replay;

import org.jspecify.annotations.NullMarked;
