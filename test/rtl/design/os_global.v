// Output-stationary systolic array with one stall for all: registers shift right and down when no PE has digits to come.
// Ports as in os_array; row r and column c take their first operand r and c array steps later.
module os_global #(
    parameter ROWS = 8,
    parameter COLS = 8,
    parameter DA = 2,
    parameter DW = 2,
    parameter FULL = 8,
    parameter SUM = 32
) (
    input  wire                          clk,
    input  wire                          reset,
    input  wire [7:0]                    rows,
    input  wire [7:0]                    cols,
    input  wire [15:0]                   steps,
    input  wire                          signed_activations,
    input  wire [ROWS-1:0]               west_valid,
    input  wire [ROWS*(FULL+10)-1:0]     west,
    output wire [ROWS-1:0]               west_ready,
    input  wire [COLS-1:0]               north_valid,
    input  wire [COLS*FULL-1:0]          north,
    output wire [COLS-1:0]               north_ready,
    output wire                          finished,
    output wire                          south_valid,
    output wire [COLS*SUM-1:0]           south
);
  localparam AW = FULL + 10;
  wire [ROWS*COLS-1:0] done, ready;
  wire [ROWS*COLS*SUM-1:0] sums;
  assign finished = &done;

  // The stall.
  wire advance = &ready;
  reg  fresh;
  reg  [15:0] array_step;
  always @(posedge clk)
    if (reset) begin
      fresh <= 1'b0;
      array_step <= 16'd0;
    end else begin
      fresh <= advance;
      if (advance) array_step <= array_step + 16'd1;
    end

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

  genvar r, c;
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : row
      assign west_ready[r] = advance && array_step >= r;
      for (c = 0; c < COLS; c = c + 1) begin : col
        wire used = r < rows && c < cols;
        wire busy, ends, idle_for_good;
        wire valid_left, valid_above;
        wire [AW-1:0] in_left;
        wire [FULL-1:0] in_above;
        wire signed [SUM-1:0] sum, sum_above;
        reg has_activation, has_weight;
        reg [AW-1:0] activation;
        reg [FULL-1:0] weight;

        if (c == 0) begin : left
          assign valid_left = west_valid[r] && array_step >= r;
          assign in_left = west[r*AW+:AW];
        end else begin : left
          assign valid_left = row[r].col[c-1].has_activation;
          assign in_left = row[r].col[c-1].activation;
        end
        if (r == 0) begin : above
          assign north_ready[c] = advance && array_step >= c;
          assign valid_above = north_valid[c] && array_step >= c;
          assign in_above = north[c*FULL+:FULL];
          assign sum_above = {SUM{1'b0}};
        end else begin : above
          assign valid_above = row[r-1].col[c].has_weight;
          assign in_above = row[r-1].col[c].weight;
          assign sum_above = row[r-1].col[c].sum;
        end

        always @(posedge clk)
          if (reset) begin
            has_activation <= 1'b0;
            has_weight <= 1'b0;
          end else if (advance) begin
            has_activation <= valid_left && used;
            has_weight <= valid_above && used;
            activation <= in_left;
            weight <= in_above;
          end

        wire start = fresh && has_activation && has_weight;

        os_pe #(
            .DA(DA),
            .DW(DW),
            .FULL(FULL),
            .SUM(SUM)
        ) pe (
            .clk(clk),
            .reset(reset),
            .steps(steps),
            .signed_activations(signed_activations),
            .start(start),
            .activation(activation),
            .weight(weight),
            .shift(south_valid),
            .sum_above(sum_above),
            .sum(sum),
            .busy(busy),
            .ends(ends),
            .finished(idle_for_good)
        );
        assign ready[r*COLS+c] = ends || !(start || busy);
        assign done[r*COLS+c] = !used || idle_for_good;
        assign sums[(r*COLS+c)*SUM+:SUM] = sum;
      end
    end
  endgenerate
endmodule
