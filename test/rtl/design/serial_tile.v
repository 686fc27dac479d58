// A tile of PEs of LANES serial lanes each. Activations are broadcast along a row and weights down the columns of a group of
// rows; a group takes its next packet when all its PEs have finished theirs, and waits for no other group.
// A lane's activation is {has a member, bits of the activation, bits of the weight, value}.
module serial_tile #(
    parameter ROWS = 8,
    parameter COLS = 8,
    parameter LANES = 4,
    parameter DA = 1,
    parameter DW = 1,
    parameter FULL = 8,
    parameter SUM = 32
) (
    input  wire                               clk,
    input  wire                               reset,
    input  wire [7:0]                         rows,
    input  wire [7:0]                         cols,
    input  wire [15:0]                        steps,
    input  wire                               signed_activations,
    // Rows that go together.
    input  wire [7:0]                         group,
    // The packet that each row stands before; what is fed is read from there.
    output wire [ROWS*16-1:0]                 step,
    input  wire [ROWS*LANES*(FULL+11)-1:0]    west,
    input  wire [ROWS*COLS*LANES*FULL-1:0]    north,
    output wire                               finished,
    output wire                               south_valid,
    output wire [COLS*SUM-1:0]                south
);
  localparam AW = FULL + 11;
  wire [ROWS*COLS-1:0] busy;
  wire [ROWS*COLS*SUM-1:0] sums;
  wire [ROWS-1:0] row_busy, row_done;
  assign finished = &row_done;

  drain #(
      .ROWS(ROWS),
      .COLS(COLS),
      .SUM(SUM)
  ) results (
      .clk(clk),
      .reset(reset),
      .rows(rows),
      .finished(finished),
      .sums(sums),
      .valid(south_valid),
      .south(south)
  );

  genvar r, c, l, o;
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : row
      reg [15:0] begun;
      wire [ROWS-1:0] waits_for;
      for (o = 0; o < ROWS; o = o + 1) begin : other
        assign waits_for[o] = o / group == r / group && row_busy[o];
      end
      wire start = r < rows && begun < steps && !(|waits_for);
      assign step[r*16+:16] = begun;
      assign row_busy[r] = |busy[r*COLS+:COLS];
      assign row_done[r] = r >= rows || (begun == steps && !row_busy[r]);
      always @(posedge clk)
        if (reset) begun <= 16'd0;
        else if (start) begun <= begun + 16'd1;

      for (c = 0; c < COLS; c = c + 1) begin : col
        wire [LANES-1:0] lane_busy;
        wire [LANES*SUM-1:0] parts;
        wire signed [SUM-1:0] sum_above;
        reg signed [SUM-1:0] sum, total;
        integer i;

        for (l = 0; l < LANES; l = l + 1) begin : lane
          wire [AW-1:0] activation = west[(r*LANES+l)*AW+:AW];
          wire ends;
          digit_lane #(
              .DA(DA),
              .DW(DW),
              .FULL(FULL),
              .SUM(SUM)
          ) lane (
              .clk(clk),
              .reset(reset),
              .signed_activations(signed_activations),
              .start(start && c < cols && activation[AW-1]),
              .abits(activation[FULL+9:FULL+5]),
              .wbits(activation[FULL+4:FULL]),
              .a(activation[FULL-1:0]),
              .w(north[((r*COLS+c)*LANES+l)*FULL+:FULL]),
              .busy(lane_busy[l]),
              .ends(ends),
              .part(parts[l*SUM+:SUM])
          );
        end

        // The adder tree.
        always @* begin
          total = sum;
          for (i = 0; i < LANES; i = i + 1) total = total + parts[i*SUM+:SUM];
        end
        if (r == 0) begin : above
          assign sum_above = {SUM{1'b0}};
        end else begin : above
          assign sum_above = row[r-1].col[c].sum;
        end
        always @(posedge clk)
          if (reset) sum <= 0;
          else if (south_valid) sum <= sum_above;
          else if (start || |lane_busy) sum <= total;

        assign busy[r*COLS+c] = |lane_busy;
        assign sums[(r*COLS+c)*SUM+:SUM] = sum;
      end
    end
  endgenerate
endmodule
