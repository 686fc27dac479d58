// One output-stationary PE: it works on a pair of operands from `start` on, counts what it has done, and holds a sum.
// An activation is {bits of the activation, bits of the weight, value}.
module os_pe #(
    parameter DA = 2,
    parameter DW = 2,
    parameter FULL = 8,
    parameter SUM = 32
) (
    input  wire                  clk,
    input  wire                  reset,
    input  wire [15:0]           steps,
    input  wire                  signed_activations,
    input  wire                  start,
    input  wire [FULL+9:0]       activation,
    input  wire [FULL-1:0]       weight,
    // Drain: the sum from above takes the place of the own one.
    input  wire                  shift,
    input  wire signed [SUM-1:0] sum_above,
    output reg signed [SUM-1:0]  sum,
    output wire                  busy,
    output wire                  ends,
    output wire                  finished
);
  wire signed [SUM-1:0] part;
  reg [15:0] begun;

  digit_lane #(
      .DA(DA),
      .DW(DW),
      .FULL(FULL),
      .SUM(SUM)
  ) lane (
      .clk(clk),
      .reset(reset),
      .signed_activations(signed_activations),
      .start(start),
      .abits(activation[FULL+9:FULL+5]),
      .wbits(activation[FULL+4:FULL]),
      .a(activation[FULL-1:0]),
      .w(weight),
      .busy(busy),
      .ends(ends),
      .part(part)
  );

  assign finished = begun == steps && !busy;

  always @(posedge clk)
    if (reset) begin
      sum   <= 0;
      begun <= 0;
    end else if (shift) sum <= sum_above;
    else if (start || busy) begin
      sum <= sum + part;
      if (start) begun <= begun + 16'd1;
    end
endmodule
