#!/usr/bin/env python3
# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains the CIFAR-10 classifier with PyTorch and writes classifier.onnx.

Reads 20,000 JPEG images of the training split; 1,000 of them are set aside to
show the accuracy on the way. The test images are never opened.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[1] / "train_compressed"))
from data import augmented, read_images

SEED = 10
VALIDATION_IMAGES = 1000
EPOCHS = 80
BATCH = 128
LEARNING_RATE = 2e-3  # The peak of the one-cycle schedule.
WEIGHT_DECAY = 5e-2
LABEL_SMOOTHING = 0.1
DROPOUT = 0.4  # Before each fully connected layer.
MAX_SHIFT = 3  # Pixels, on each axis.
PIXEL_SCALE = 64.0  # A power of two: it moves into the weights without rounding.
CLASSES = 10


class Classifier(nn.Module):
    """Takes float images [batch, 32, 32, 3] with pixel values 0 to 255."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc1 = nn.Linear(32 * 8 * 8, 256)
        self.fc2 = nn.Linear(256, CLASSES)
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, image):
        x = image.permute(0, 3, 1, 2)
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = self.dropout(x.flatten(1))
        x = self.dropout(torch.relu(self.fc1(x)))
        return self.fc2(x)


def accuracy(model, images, labels):
    model.eval()
    with torch.no_grad():
        answers = model(images.float() / PIXEL_SCALE).argmax(1)
    return (answers == labels).float().mean().item()


def train(images, labels):
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    order = torch.randperm(len(images), generator=generator)
    held_out, kept = order[:VALIDATION_IMAGES], order[VALIDATION_IMAGES:]
    model = Classifier()
    optimizer = torch.optim.AdamW(model.parameters(), LEARNING_RATE,
                                  weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, epochs=EPOCHS,
        steps_per_epoch=-(-len(kept) // BATCH))
    loss_of = nn.CrossEntropyLoss(label_smoothing=LABEL_SMOOTHING)
    for epoch in range(EPOCHS):
        model.train()
        losses = []
        for batch in kept[torch.randperm(len(kept), generator=generator)].split(BATCH):
            x = augmented(images[batch], MAX_SHIFT, True, generator).float() / PIXEL_SCALE
            loss = loss_of(model(x), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}, held out "
              f"{100 * accuracy(model, images[held_out], labels[held_out]):.2f} %",
              flush=True)
    return model


def main():
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path,
                        default=here.parents[2] / "shared/models/cifar10/train-jpeg.npz",
                        help="JPEG files and classes (default: %(default)s)")
    parser.add_argument("-o", "--output", type=Path, default=here / "classifier.onnx",
                        help="default: beside this script")
    arguments = parser.parse_args()

    model = train(*read_images(arguments.data))
    with torch.no_grad():
        model.conv1.weight /= PIXEL_SCALE
    model.eval()
    torch.onnx.export(model, torch.zeros(1, 32, 32, 3), str(arguments.output),
                      input_names=["image"], output_names=["logits"],
                      dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
                      opset_version=17)


if __name__ == "__main__":
    main()
