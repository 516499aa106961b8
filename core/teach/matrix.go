package teach

// The two products that training spends its time on. Go's WebAssembly has no SIMD, and a loop's turn costs as much as several products,
// so both work on blocks of rows and classes. The order of additions depends on nothing but the shapes. Examples are kept in float32, for
// there may be thousands; everything else is float64.

// forward computes out [rows,classes] = x [rows,dims] · w [classes,dims] transposed.
func forward(out []float64, x []float32, w []float64, dims, classes int) {
	rows := len(out) / classes
	for i := 0; i < rows; i += 2 {
		second := min(i+1, rows-1) // of an odd number the last row is computed twice
		a, b := x[i*dims:][:dims], x[second*dims:][:dims]
		p, q := out[i*classes:][:classes], out[second*classes:][:classes]
		c := 0
		for ; c+4 <= classes; c += 4 {
			dot2x4(a, b, w[c*dims:][:4*dims], p[c:][:4], q[c:][:4])
		}
		for ; c < classes; c++ {
			p[c], q[c] = dot2(a, b, w[c*dims:][:dims])
		}
	}
}

// dot2x4 multiplies two rows by four classes' weights.
func dot2x4(a, b []float32, w []float64, p, q []float64) {
	n := len(a)
	b = b[:n]
	w0, w1, w2, w3 := w[:n], w[n:][:n], w[2*n:][:n], w[3*n:][:n]
	var p0, p1, p2, p3, q0, q1, q2, q3 float64
	for j, x := range a {
		x, y := float64(x), float64(b[j])
		v := w0[j]
		p0 += float64(x * v)
		q0 += float64(y * v)
		v = w1[j]
		p1 += float64(x * v)
		q1 += float64(y * v)
		v = w2[j]
		p2 += float64(x * v)
		q2 += float64(y * v)
		v = w3[j]
		p3 += float64(x * v)
		q3 += float64(y * v)
	}
	p[0], p[1], p[2], p[3] = p0, p1, p2, p3
	q[0], q[1], q[2], q[3] = q0, q1, q2, q3
}

// dot2 multiplies two rows by one class's weights.
func dot2(a, b []float32, w []float64) (p, q float64) {
	b, w = b[:len(a)], w[:len(a)]
	for j, x := range a {
		v := w[j]
		p += float64(float64(x) * v)
		q += float64(float64(b[j]) * v)
	}
	return p, q
}

// backward adds to out [classes,dims] the product of r [rows,classes] transposed and x [rows,dims]. Where four rows of r are 0, as those of
// examples that are held out, it has nothing to do.
func backward(out []float64, r []float64, x []float32, dims, classes int) {
	rows := len(r) / classes
	i := 0
	for ; i+4 <= rows; i += 4 {
		x0, x1, x2, x3 := x[i*dims:][:dims], x[(i+1)*dims:][:dims], x[(i+2)*dims:][:dims], x[(i+3)*dims:][:dims]
		block := r[i*classes:][:4*classes]
		if largest(block) == 0 {
			continue
		}
		c := 0
		for ; c+2 <= classes; c += 2 {
			g, h := out[c*dims:][:dims], out[(c+1)*dims:][:dims]
			r0, r1, r2, r3 := block[c], block[classes+c], block[2*classes+c], block[3*classes+c]
			s0, s1, s2, s3 := block[c+1], block[classes+c+1], block[2*classes+c+1], block[3*classes+c+1]
			for j := range g {
				a, b, d, e := float64(x0[j]), float64(x1[j]), float64(x2[j]), float64(x3[j])
				g[j] += (float64(a*r0) + float64(b*r1)) + (float64(d*r2) + float64(e*r3))
				h[j] += (float64(a*s0) + float64(b*s1)) + (float64(d*s2) + float64(e*s3))
			}
		}
		for ; c < classes; c++ {
			g := out[c*dims:][:dims]
			r0, r1, r2, r3 := block[c], block[classes+c], block[2*classes+c], block[3*classes+c]
			for j := range g {
				g[j] += (float64(float64(x0[j])*r0) + float64(float64(x1[j])*r1)) + (float64(float64(x2[j])*r2) + float64(float64(x3[j])*r3))
			}
		}
	}
	for ; i < rows; i++ {
		a := x[i*dims:][:dims]
		for c := range classes {
			g, v := out[c*dims:][:dims], r[i*classes+c]
			for j, x := range a {
				g[j] += float64(float64(x) * v)
			}
		}
	}
}

// dot is the inner product of two vectors. Four sums in turn, for one would wait for itself.
func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	j := 0
	for ; j+4 <= len(a); j += 4 {
		s0 += float64(a[j] * b[j])
		s1 += float64(a[j+1] * b[j+1])
		s2 += float64(a[j+2] * b[j+2])
		s3 += float64(a[j+3] * b[j+3])
	}
	for ; j < len(a); j++ {
		s0 += float64(a[j] * b[j])
	}
	return (s0 + s1) + (s2 + s3)
}

// axpy adds t·x to y.
func axpy(y []float64, t float64, x []float64) {
	x = x[:len(y)]
	for j := range y {
		y[j] += float64(t * x[j])
	}
}
