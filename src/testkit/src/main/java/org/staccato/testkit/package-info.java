/** What the tests of all modules share: random networks and their files, and faults. */
package org.staccato.testkit;
