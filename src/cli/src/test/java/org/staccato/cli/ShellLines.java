package org.staccato.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits the lines of a block of commands into words, as a shell does with the part of its language
 * that the pages use: quotes, a backslash before a character or at the end of a line, comments.
 */
final class ShellLines {
  private ShellLines() {}

  /**
   * The words of a command.
   *
   * @param line the number of its first line within the block, from 1
   * @param words the words, without quotes
   */
  record Command(int line, List<String> words) {}

  /** {@return the commands of a block} */
  static List<Command> commands(String block) {
    List<Command> commands = new ArrayList<>();
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean within = false;
    char quote = 0;
    int line = 1;
    int first = 1;
    for (int i = 0; i < block.length(); i++) {
      char c = block.charAt(i);
      boolean last = i + 1 == block.length();
      if (c == '\n') {
        line++;
      }
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        within = true;
      } else if (c == '\\' && !last) {
        i++;
        if (block.charAt(i) == '\n') {
          line++;
        } else {
          word.append(block.charAt(i));
          within = true;
        }
      } else if (c == '#' && !within) {
        while (i + 1 < block.length() && block.charAt(i + 1) != '\n') {
          i++;
        }
      } else if (c == ' ' || c == '\n') {
        if (within) {
          words.add(word.toString());
          word.setLength(0);
          within = false;
        }
        if (c == '\n') {
          if (!words.isEmpty()) {
            commands.add(new Command(first, List.copyOf(words)));
            words.clear();
          }
          first = line;
        }
      } else {
        word.append(c);
        within = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("a block of commands: found a quote that does not close");
    }
    if (within) {
      words.add(word.toString());
    }
    if (!words.isEmpty()) {
      commands.add(new Command(first, List.copyOf(words)));
    }
    return commands;
  }
}
