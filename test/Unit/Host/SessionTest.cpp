//===- SessionTest.cpp - Sessions of a model ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Session.h"

#include <gtest/gtest.h>

using namespace quantc::host;

static int prepared, released;
static const void *runWith;

static quantc_status prepare(void *state, const quantc_prepare_args *) {
  *static_cast<quantc_choice *>(state) = {"target", "strategy", ""};
  ++prepared;
  return QUANTC_OK;
}

static uint64_t workspaceBytes(const void *, int64_t batch) { return batch; }

static quantc_status run(const void *state, const quantc_run_args *) {
  runWith = state;
  return QUANTC_OK;
}

static void release(void *) { ++released; }

/// A model with a state, which does nothing.
static quantc_model makeModel() {
  quantc_model model = {};
  model.name = "model";
  model.state_bytes = sizeof(quantc_choice);
  model.prepare = prepare;
  model.workspace_bytes = workspaceBytes;
  model.run = run;
  model.release = release;
  return model;
}

TEST(SessionTest, SessionsShareTheStateOfTheirModel) {
  quantc_model model = makeModel(), other = makeModel();
  std::string error;
  prepared = released = 0;
  auto first = Session::create(model, error);
  auto second = Session::create(model, error);
  auto ofOther = Session::create(other, error);
  EXPECT_EQ(prepared, 2);
  EXPECT_EQ(first->choice(), second->choice());
  EXPECT_NE(first->choice(), ofOther->choice());
  EXPECT_STREQ(second->choice()->strategy, "strategy");

  quantc_run_args args = {};
  args.batch = 3;
  first.reset();
  EXPECT_EQ(released, 0);
  EXPECT_EQ(second->run(args, error), QUANTC_OK);
  EXPECT_EQ(runWith, second->choice());
  second.reset();
  EXPECT_EQ(released, 1);
  ofOther.reset();
  EXPECT_EQ(released, 2);
  // Nothing is left of it.
  EXPECT_TRUE(Session::create(model, error));
  EXPECT_EQ(prepared, 3);
}

TEST(SessionTest, AModelThatCannotBePreparedHasNone) {
  quantc_model model = makeModel();
  model.prepare = [](void *, const quantc_prepare_args *args) {
    args->report_error(args->error_context, QUANTC_ERROR_TARGET, "why");
    return quantc_status{QUANTC_ERROR_TARGET};
  };
  std::string error;
  released = 0;
  EXPECT_FALSE(Session::create(model, error));
  EXPECT_EQ(error, "network 'model' reports error 5: why");
  EXPECT_EQ(released, 0);
}
