// Multiplies two numbers pair of digits by pair of digits: DA bits of the activation by DW bits of the weight in every cycle,
// the first pair in the cycle of `start`. Both operands are cut to their highest bits, as many as the activation says, on
// their way in: rounded to nearest, ties up, and saturated. Weights are signed, activations are if the layer's are; the last
// digit of each carries the sign. Products are shifted to where full operands would have them.
//   temporal(b): DA = DW = b;  bit-serial(L,k): DA = k, DW = 1;
//   activation-serial(L): DA = 1, DW = FULL;  weight-serial(L): DA = FULL, DW = 1.
module digit_lane #(
    parameter DA = 2,
    parameter DW = 2,
    parameter FULL = 8,
    parameter SUM = 32
) (
    input  wire                  clk,
    input  wire                  reset,
    input  wire                  start,
    input  wire                  signed_activations,
    input  wire [4:0]            abits,
    input  wire [4:0]            wbits,
    input  wire [FULL-1:0]       a,
    input  wire [FULL-1:0]       w,
    // More digits are to come after this cycle's, of an earlier start.
    output reg                   busy,
    // The last pair of digits is in the multiplier.
    output wire                  ends,
    // What this cycle adds to the sum.
    output wire signed [SUM-1:0] part
);
  reg [4:0] held_abits, held_wbits, held_i, held_j;
  reg signed [FULL:0] held_a, held_w;

  wire working = start || busy;
  wire [4:0] na = start ? abits : held_abits;
  wire [4:0] nw = start ? wbits : held_wbits;
  wire [4:0] i = start ? 5'd0 : held_i;
  wire [4:0] j = start ? 5'd0 : held_j;
  wire [4:0] next_i = i + DA[4:0];
  wire [4:0] next_j = j + DW[4:0];
  wire last_i = next_i >= na;
  wire last_j = next_j >= nw;

  wire signed [FULL:0] kept_a, kept_w;
  rounding_cut #(
      .FULL(FULL)
  ) cut_a (
      .bits(abits),
      .is_signed(signed_activations),
      .value(a),
      .kept(kept_a)
  );
  rounding_cut #(
      .FULL(FULL)
  ) cut_w (
      .bits(wbits),
      .is_signed(1'b1),
      .value(w),
      .kept(kept_w)
  );

  // Moved to the present digit.
  wire signed [FULL:0] low_a = start ? kept_a : held_a;
  wire signed [FULL:0] low_w = start ? kept_w : held_w;
  wire signed [FULL:0] rest_a = low_a >>> i;
  wire signed [FULL:0] rest_w = low_w >>> j;
  wire signed [DA:0] digit_a = {last_i & rest_a[FULL], rest_a[DA-1:0]};
  wire signed [DW:0] digit_w = {last_j & rest_w[FULL], rest_w[DW-1:0]};
  wire [4:0] shift_a = FULL[4:0] - na + i;
  wire [4:0] shift_w = FULL[4:0] - nw + j;
  wire signed [DA+DW+1:0] product = digit_a * digit_w;
  wire signed [SUM-1:0] wide = {{(SUM - DA - DW - 2) {product[DA+DW+1]}}, product};

  assign part = working ? wide <<< ({1'b0, shift_a} + {1'b0, shift_w}) : {SUM{1'b0}};
  assign ends = working && last_i && last_j;

  always @(posedge clk)
    if (reset) busy <= 1'b0;
    else if (working) begin
      busy <= !ends;
      held_i <= last_j ? next_i : i;
      held_j <= last_j ? 5'd0 : next_j;
      if (start) begin
        held_abits <= abits;
        held_wbits <= wbits;
        held_a <= kept_a;
        held_w <= kept_w;
      end
    end
endmodule
