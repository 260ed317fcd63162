//===- Interval.cpp - What a scalar may be ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Interval.h"
#include "quantc/Codegen/Common/Contraction.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace quantc;

/// Deeper than the arithmetic of a requantized sum. Every level may double the
/// number of values to look at.
static constexpr unsigned kMaxDepth = 8;

std::optional<double> quantc::getConstant(Value value) {
  APFloat real(0.0f);
  APInt integer;
  if (matchPattern(value, m_ConstantInt(&integer)))
    return integer.signedRoundToDouble();
  if (matchPattern(value, m_ConstantFloat(&real)) && !real.isNaN())
    return real.convertToDouble();
  return std::nullopt;
}

/// What `condition`, where it holds, says of `value`: value < c, value > c, or
/// the canonical forms of these where `value` is a converted integer.
static Interval intervalWhere(Value condition, Value value) {
  auto lessThan = [](Value bound) {
    return Interval{Interval().lower, *getConstant(bound)};
  };
  auto greaterThan = [](Value bound) {
    return Interval{*getConstant(bound), Interval().upper};
  };
  if (auto compare = condition.getDefiningOp<arith::CmpFOp>()) {
    if (compare.getLhs() != value || !getConstant(compare.getRhs()))
      return {};
    switch (compare.getPredicate()) {
    case arith::CmpFPredicate::OGT:
      return greaterThan(compare.getRhs());
    case arith::CmpFPredicate::OLT:
      return lessThan(compare.getRhs());
    default:
      return {};
    }
  }
  auto compare = condition.getDefiningOp<arith::CmpIOp>();
  auto convert = value.getDefiningOp<arith::SIToFPOp>();
  if (!compare || !convert || compare.getLhs() != convert.getIn() ||
      !getConstant(compare.getRhs()))
    return {};
  switch (compare.getPredicate()) {
  case arith::CmpIPredicate::sgt:
  case arith::CmpIPredicate::sge:
    return greaterThan(compare.getRhs());
  case arith::CmpIPredicate::slt:
  case arith::CmpIPredicate::sle:
    return lessThan(compare.getRhs());
  default:
    return {};
  }
}

/// The constant buffer that `value` is an element of, or null.
static Value bufferOf(Value value) {
  if (auto load = value.getDefiningOp<memref::LoadOp>())
    return load.getMemRef();
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return nullptr;
  // In front of the params is the accumulator.
  return TypeSwitch<Operation *, Value>(argument.getOwner()->getParentOp())
      .Case<mk::TileOp, mk::DepthwiseOp>([&](auto tile) -> Value {
        unsigned number = argument.getArgNumber();
        bool isParam = number > 0 && number <= tile.getParams().size();
        return isParam ? tile.getParams()[number - 1] : Value();
      })
      .Default(Value());
}

static Interval intervalOfElement(Value value) {
  Value buffer = bufferOf(value);
  DenseElementsAttr elements = buffer ? constantOf(buffer) : nullptr;
  if (!elements || !elements.getElementType().isF32() || elements.empty())
    return {};
  auto values = llvm::to_vector_of<double>(elements.getValues<float>());
  if (!llvm::all_of(values, [](double value) { return std::isfinite(value); }))
    return {};
  auto [lower, upper] = std::minmax_element(values.begin(), values.end());
  return {*lower, *upper};
}

/// Of an operation that is monotone in each operand.
template <typename Function>
static Interval combine(Interval left, Interval right, Function function) {
  for (double bound : {left.lower, left.upper, right.lower, right.upper})
    if (!std::isfinite(bound))
      return {};
  auto [lower, upper] = std::minmax(
      {function(left.lower, right.lower), function(left.lower, right.upper),
       function(left.upper, right.lower), function(left.upper, right.upper)});
  return {lower, upper};
}

/// `exact` in `type`: an integer wraps, a float is rounded.
static Interval convert(Interval exact, Type type) {
  if (auto integer = dyn_cast<IntegerType>(type)) {
    double limit = std::ldexp(1.0, integer.getWidth() - 1);
    return exact.isWithin(-limit, limit - 1) ? exact
                                             : Interval{-limit, limit - 1};
  }
  if (!type.isF32())
    return {};
  return {static_cast<float>(exact.lower), static_cast<float>(exact.upper)};
}

static Interval intervalOf(Value value, unsigned depth) {
  if (std::optional<double> constant = getConstant(value))
    return {*constant, *constant};
  Operation *op = value.getDefiningOp();
  auto operand = [&](unsigned index) {
    Value operand = op->getOperand(index);
    return depth < kMaxDepth ? intervalOf(operand, depth + 1)
                             : convert({}, operand.getType());
  };
  if (auto select = dyn_cast_or_null<arith::SelectOp>(op)) {
    std::optional<double> other = getConstant(select.getFalseValue());
    if (!other)
      return convert({}, value.getType());
    Interval interval = operand(1);
    Interval narrowed =
        intervalWhere(select.getCondition(), select.getTrueValue());
    return {std::min(std::max(interval.lower, narrowed.lower), *other),
            std::max(std::min(interval.upper, narrowed.upper), *other)};
  }
  if (!op)
    return convert(intervalOfElement(value), value.getType());
  Interval exact =
      TypeSwitch<Operation *, Interval>(op)
          .Case<arith::ExtSIOp, arith::SIToFPOp>(
              [&](auto) { return operand(0); })
          .Case([&](arith::ExtUIOp op) {
            unsigned bits = op.getIn().getType().getIntOrFloatBitWidth();
            return Interval{0, std::ldexp(1.0, bits) - 1};
          })
          .Case<arith::AddIOp, arith::AddFOp>([&](auto) {
            return combine(operand(0), operand(1), std::plus<double>());
          })
          .Case<arith::SubIOp, arith::SubFOp>([&](auto) {
            return combine(operand(0), operand(1), std::minus<double>());
          })
          .Case<arith::MulIOp, arith::MulFOp>([&](auto) {
            return combine(operand(0), operand(1), std::multiplies<double>());
          })
          .Case([&](math::FmaOp) {
            Interval product =
                combine(operand(0), operand(1), std::multiplies<double>());
            return combine(product, operand(2), std::plus<double>());
          })
          .Case([&](memref::LoadOp) { return intervalOfElement(value); })
          .Default(Interval());
  return convert(exact, value.getType());
}

Interval quantc::intervalOf(Value value) {
  return ::intervalOf(value, /*depth=*/0);
}

Clamp quantc::matchClamp(Value value) {
  auto takeBound =
      [&](arith::CmpFPredicate predicate) -> std::optional<double> {
    auto select = value.getDefiningOp<arith::SelectOp>();
    auto compare = select ? select.getCondition().getDefiningOp<arith::CmpFOp>()
                          : arith::CmpFOp();
    if (!compare || compare.getPredicate() != predicate ||
        compare.getLhs() != select.getTrueValue() ||
        compare.getRhs() != select.getFalseValue())
      return std::nullopt;
    std::optional<double> bound = getConstant(compare.getRhs());
    if (bound)
      value = compare.getLhs();
    return bound;
  };
  Interval bounds;
  bounds.upper = takeBound(arith::CmpFPredicate::OLT).value_or(bounds.upper);
  bounds.lower = takeBound(arith::CmpFPredicate::OGT).value_or(bounds.lower);
  return {value, bounds};
}
