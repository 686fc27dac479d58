// Weight-stationary systolic array (HELD = 1: input-stationary) with one stall for all: items shift right and sums shift
// down when no PE has digits to come. Ports as in ws_array; row r takes its first item r array steps later.
module ws_global #(
    parameter HELD = 0,
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
    input  wire [15:0]                   items,
    input  wire                          signed_activations,
    input  wire [ROWS-1:0]               west_valid,
    input  wire [ROWS*(FULL+10)-1:0]     west,
    output wire [ROWS-1:0]               west_ready,
    input  wire [COLS*(FULL+10)-1:0]     north,
    output wire                          north_ready,
    output wire                          finished,
    output wire [COLS-1:0]               south_valid,
    output wire [COLS*SUM-1:0]           south
);
  localparam AW = FULL + 10;
  wire [ROWS*COLS-1:0] done, ready, leaves;
  wire [ROWS*COLS*SUM-1:0] results;
  wire loading, last;
  assign finished = &done;
  assign north_ready = loading;

  preload preload (
      .clk(clk),
      .reset(reset),
      .rows(rows),
      .loading(loading),
      .last(last)
  );

  // The stall. The first shift takes the first item in, with the last held operand.
  wire advance = &ready && (last || !loading);
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

  assign south_valid = leaves[(rows-8'd1)*COLS+:COLS];
  assign south = results[(rows-8'd1)*COLS*SUM+:COLS*SUM];

  genvar r, c;
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : row
      assign west_ready[r] = advance && array_step >= r;
      for (c = 0; c < COLS; c = c + 1) begin : col
        wire used = r < rows && c < cols;
        wire busy, ends, idle_for_good, valid_left;
        wire [AW-1:0] in_left, held, held_above;
        wire signed [SUM-1:0] result, sum_above;
        reg has_item, full;
        reg [AW-1:0] item;

        if (c == 0) begin : left
          assign valid_left = west_valid[r] && array_step >= r;
          assign in_left = west[r*AW+:AW];
        end else begin : left
          assign valid_left = row[r].col[c-1].has_item;
          assign in_left = row[r].col[c-1].item;
        end
        if (r == 0) begin : above
          assign held_above = north[c*AW+:AW];
          assign sum_above = {SUM{1'b0}};
        end else begin : above
          assign held_above = row[r-1].col[c].held;
          assign sum_above = row[r-1].col[c].result;
        end

        // `full`: the result is that of the array step before.
        always @(posedge clk)
          if (reset) begin
            has_item <= 1'b0;
            full <= 1'b0;
          end else if (advance) begin
            has_item <= valid_left && used;
            full <= has_item;
            item <= in_left;
          end

        wire start = fresh && has_item;

        sum_pe #(
            .HELD(HELD),
            .DA(DA),
            .DW(DW),
            .FULL(FULL),
            .SUM(SUM)
        ) pe (
            .clk(clk),
            .reset(reset),
            .load(loading && used),
            .held_above(held_above),
            .held(held),
            .items(items),
            .signed_activations(signed_activations),
            .start(start),
            .item(item),
            .sum_above(sum_above),
            .result(result),
            .busy(busy),
            .ends(ends),
            .finished(idle_for_good)
        );
        assign ready[r*COLS+c] = ends || !(start || busy);
        assign done[r*COLS+c] = !used || idle_for_good;
        assign leaves[r*COLS+c] = fresh && full;
        assign results[(r*COLS+c)*SUM+:SUM] = result;
      end
    end
  endgenerate
endmodule
