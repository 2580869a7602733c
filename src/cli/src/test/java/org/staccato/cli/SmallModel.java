package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.staccato.trainer.shop.ShopLog;
import org.staccato.trainer.shop.ShopOptions;

/** The log of a small shop and a model after a short training on it. */
record SmallModel(Path log, Path file) {

  /** Makes both in a folder. */
  static SmallModel in(Path folder) throws IOException {
    SmallModel model =
        new SmallModel(folder.resolve("shop.csv"), folder.resolve("shop.safetensors"));
    ShopLog.write(model.log, new ShopOptions(40, 30, 20, 7));
    CommandLineRun.of(
            "train",
            model.log,
            "--output",
            model.file,
            "--embedding",
            8,
            "--hidden",
            8,
            "--epochs",
            1)
        .done();
    return model;
  }
}
