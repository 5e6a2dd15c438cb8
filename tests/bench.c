/* The network of the course in plain C, for bench.py: trains `networks` of them, one after the
   other, and leaves their weights in W (networks, 3) and their last predictions in l1
   (networks, 4). */
#include <math.h>

static const double X[4][3] = {{0, 0, 1}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}};
static const double y[4] = {0, 0, 1, 1};

void train(int networks, int iterations, double *W, double *l1)
{
    for (int n = 0; n < networks; n++, W += 3, l1 += 4)
        for (int i = 0; i < iterations; i++) {
            double step[3] = {0, 0, 0};
            for (int row = 0; row < 4; row++) {
                double sum = 0;
                for (int k = 0; k < 3; k++)
                    sum += X[row][k] * W[k];
                l1[row] = 1 / (1 + exp(-sum));
                double delta = (y[row] - l1[row]) * l1[row] * (1 - l1[row]);
                for (int k = 0; k < 3; k++)
                    step[k] += X[row][k] * delta;
            }
            for (int k = 0; k < 3; k++)
                W[k] += step[k];
        }
}
